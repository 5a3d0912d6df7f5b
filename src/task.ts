import type { Json } from "./base/json.ts";
import type { Random } from "./base/random.ts";
import type { Instance, Secret } from "./instance.ts";
import type { Model } from "./model.ts";
import type { Project } from "./project.ts";
import type { FileChange, FileEdit, Tree } from "./tree.ts";
import type { Verdict } from "./verdict.ts";

/**
 * A task family makes instances and judges diffs. It is pure: data in, data out. It owns no runner and
 * holds no sandbox. One folder in `tasks/` per family; each passes `tasks/conformance.ts`.
 */
export interface TaskFamily {
  readonly name: string;
  /** Raised whenever a judgement may come out differently. */
  readonly graderVersion: number;
  /** The family's knobs with their defaults filled in. @throws InputError for an unknown or wrong one. */
  parseOptions(options: Record<string, Json>): Record<string, Json>;
  /** How many definitions the family could start from, before any check: the denominator of the yield. */
  countEligible(project: Project): number;
  /**
   * Candidates in seeded order, each either a draft or a rejection with its reason. Lazy: the builder
   * stops asking when it has enough, so the cost follows the number of instances wanted.
   */
  propose(context: ProposeContext): AsyncIterable<Proposal>;
  /** Decides whether the changes solve the instance. Never throws for anything an agent did. */
  judge(input: JudgeInput): Promise<Verdict>;
  /** Edits that must not be judged as solved: this family's own and those of the catalogue that it shares with others. */
  cheats(input: CheatInput): Promise<readonly Cheat[]>;
}

export interface ProposeContext {
  readonly project: Project;
  readonly options: Record<string, Json>;
  readonly random: Random;
  /** Writes descriptions, when one is given; otherwise they are made offline. */
  readonly model?: Model;
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
  readonly instruction: string;
  readonly variant: Record<string, Json>;
  readonly facts: Record<string, Json>;
  readonly start: readonly FileEdit[];
  readonly solution: readonly FileEdit[];
  readonly answer: Json;
  readonly secretFacts: Record<string, Json>;
  readonly place: Place;
}

export interface JudgeInput {
  readonly instance: Instance;
  readonly secret: Secret;
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
