import type { Json } from "./base/json.ts";
import type { Random } from "./base/random.ts";
import type { EnvironmentLock } from "./environment.ts";
import type { Fixes } from "./fix.ts";
import type { History } from "./history.ts";
import type { Instance, InstancePair, Secret } from "./instance.ts";
import type { IssueTracker } from "./issue.ts";
import type { Model } from "./model.ts";
import type { JudgePlan, Runner } from "./plan.ts";
import type { Project } from "./project.ts";
import type { Resolver } from "./resolver.ts";
import type { FileChange, FileEdit, Tree } from "./tree.ts";
import type { Verdict } from "./verdict.ts";

/**
 * The half of a task family that judges diffs: all that is needed to grade rows that others made. It is pure: data in,
 * data out.
 */
export interface Grader<Judged extends Judgement = Judgement> {
  readonly name: string;
  /** Raised whenever a judgement may come out differently. */
  readonly graderVersion: number;
  /** Decides whether the changes solve the task. Never throws for anything an agent did. */
  judge(input: JudgeInput): Promise<Judged>;
}

/** A verdict; or, where the result must be run, how that is done and who decides then. See `verdicts/settle.ts`. */
export type Judgement = Verdict | JudgePlan;

/**
 * A task family makes instances and judges diffs. It owns no runner and holds no sandbox. One folder in `tasks/` per
 * family; each passes `tasks/conformance.ts`.
 */
export interface TaskFamily<Judged extends Judgement = Judgement> extends Grader<Judged> {
  /** The family's knobs with their defaults filled in. @throws InputError for an unknown or wrong one. */
  parseOptions(options: Record<string, Json>): Record<string, Json>;
  /**
   * How many definitions the family could start from, before any check: the denominator of the yield. Undefined for
   * families that start from a history, where only reading all of it would tell: there every proposal counts as one.
   */
  countEligible(project: Project): number | undefined;
  /**
   * Candidates in seeded order, each either a draft or a rejection with its reason. Lazy: the builder
   * stops asking when it has enough, so the cost follows the number of instances wanted.
   */
  propose(context: ProposeContext): AsyncIterable<Proposal>;
  /** Edits that must not be judged as solved: this family's own and those of the catalogue that it shares with others. */
  cheats(input: CheatInput): Promise<readonly Cheat[]>;
  /** The instance as a question to a model that cannot look at the repository. */
  recall(pair: InstancePair, start: Tree): Promise<Recall>;
}

export interface ProposeContext {
  readonly project: Project;
  readonly options: Record<string, Json>;
  readonly random: Random;
  /** Writes descriptions, when one is given; otherwise they are made offline. */
  readonly model?: Model;
  /** Says where calls lead, for families that need it; nothing is started before the first call. @throws ResolverError for a language without one. */
  readonly resolver?: (language: string) => Promise<Resolver>;
  /** Runs code, for families that must; nothing is started before the first call. */
  readonly runner?: Runner;
  /** What the repository's code and tests import; undefined where bare Python is all there is. Nothing is looked for before the first call. */
  readonly environment?: () => Promise<EnvironmentLock | undefined>;
  /** What came before the project's commit, for families that start from there; nothing is opened before the first call. @throws RepositoryError `no-history`… */
  readonly history?: () => Promise<History>;
  /** That history is on this machine already; else who asks for it waits until it is fetched. */
  readonly historyAtHand?: boolean;
  /** Fixes that others collected; families that start from such look for them in the history when there are none. */
  readonly fixes?: Fixes;
  /** Where the issues are that commits speak of. */
  readonly issues?: IssueTracker;
  readonly signal?: AbortSignal;
}

export type Proposal =
  | { readonly kind: "draft"; readonly draft: Draft }
  | {
      readonly kind: "rejected";
      /** Kebab-case, documented in docs/tasks/<family>.md. */
      readonly reason: string;
      readonly place: Place;
      readonly detail?: string;
      readonly facts?: Record<string, Json>;
      /** It took a look to tell: such are not counted when a builder gives a repository up for what it costs in vain. */
      readonly cheap?: true;
    };

export interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly name: string;
}

/** An instance before it has an id and a proof that it works. */
export interface Draft {
  readonly language: string;
  /** The commit of `history` that the instance is about, where that is not the project's; `start` refers to its tree. */
  readonly base?: string;
  readonly instruction: string;
  readonly variant: Record<string, Json>;
  readonly facts: Record<string, Json>;
  readonly start: readonly FileEdit[];
  readonly solution: readonly FileEdit[];
  readonly answer: Json;
  readonly secretFacts: Record<string, Json>;
  readonly place: Place;
}

/** What was asked and what the right answer is. */
export interface Question {
  /** What the agent read; empty where nobody knows. */
  readonly instruction: string;
  /** Parsed by the family's own schema. */
  readonly answer: Json;
}

export interface JudgeInput extends Question {
  /** What the agent started from. */
  readonly start: Tree;
  /** What the agent changed, sorted by path. */
  readonly changes: readonly FileChange[];
}

export interface CheatInput {
  readonly instance: Instance;
  readonly secret: Secret;
  readonly start: Tree;
  readonly random: Random;
}

export interface Cheat {
  readonly name: string;
  readonly changes: readonly FileChange[];
}

/** What is asked of a model's memory. */
export interface Recall {
  readonly question: string;
  /** Reads an answer. Never throws for anything a model wrote. */
  read(answer: string): Recalled;
}

/** Right or not, and a code of why; or changes of the start state, which have to be judged. */
export type Recalled =
  | { readonly right: boolean; readonly reason: string }
  | { readonly changes: readonly FileChange[] };

/** What an instance asks, as a judge wants it. */
export function questionOf({ instance, secret }: InstancePair): Question {
  return { instruction: instance.instruction, answer: secret.answer };
}
