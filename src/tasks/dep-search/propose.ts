import { InputError, ResolverError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import type { Random } from "../../base/random.ts";
import type { Resolver } from "../../resolver.ts";
import type { ProposeContext, Proposal } from "../../task.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { createBalance } from "./balance.ts";
import { checkCandidate } from "./candidate-checks.ts";
import { findDependencies } from "./dependencies.ts";
import { makeDraft, placeOf, searchFacts } from "./draft.ts";
import { featuresOf } from "./features.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { calledNames, eligibleDefinitions, type Knowledge } from "./knowledge.ts";
import { type Options, parseOptions } from "./options.ts";

interface Proposer {
  readonly context: ProposeContext;
  readonly options: Options;
  readonly syntaxes: SyntaxLookup;
  readonly knowledge: Knowledge;
  readonly random: Random;
}

/**
 * Candidates are chosen by what their outlines say, in seeded order, and only then resolved, one by one: the cost
 * follows the number of instances wanted, not the size of the repository.
 */
export async function* propose(
  context: ProposeContext,
  syntaxes: SyntaxLookup,
  knowledge: Knowledge,
): AsyncGenerator<Proposal> {
  const options = parseOptions(context.options);
  requireRange(options);
  const random = context.random.scope("dep-search");
  const proposer: Proposer = { context, options, syntaxes, knowledge, random };
  const queues = candidateQueues(
    random.scope("order").shuffle(eligibleDefinitions(context.project)),
    proposer,
  );
  const kinds = range(options.min_dependencies, options.max_dependencies);
  const balance = createBalance<Proposal>(options.balance ? kinds : [0]);
  const crashes = { inARow: 0 };
  for (;;) {
    context.signal?.throwIfAborted();
    const candidate = queues.next(balance.wanted());
    if (candidate === undefined) break;
    const { proposal, dependencies } = await proposeFrom(candidate, proposer);
    stopWhenBroken(proposal, crashes);
    const kind = options.balance ? dependencies : 0;
    if (proposal.kind === "rejected") yield proposal;
    else if (balance.isFull(kind))
      yield rejection(candidate, unfit("enough-of-its-kind", `${kind} dependencies`), {});
    else yield* balance.add(kind, proposal);
  }
  yield* balance.rest();
}

/** Candidates in a row on which the engine crashed, from which on it is the engine that is broken and not the code. */
const MOST_CRASHES = 5;

/** @throws ResolverError: without this a broken installation would make an empty dataset that looks like a poor repository. */
function stopWhenBroken(proposal: Proposal, crashes: { inARow: number }): void {
  if (proposal.kind === "draft" || RESOLVED.has(proposal.reason)) {
    crashes.inARow = 0;
    return;
  }
  if (proposal.reason === "resolver-crashed") crashes.inARow++;
  if (crashes.inARow < MOST_CRASHES) return;
  throw new ResolverError({
    code: "resolver-crashed",
    message: `The engine crashed on ${MOST_CRASHES} functions in a row, the last time: ${proposal.detail ?? ""}`,
    hint: "Install hybrid-gym again; if that does not help, report what it says.",
  });
}

/** Reasons that only an answer of the engine can give. */
const RESOLVED = new Set([
  "unresolved-call",
  "several-definitions",
  "nested-calls",
  "too-few-dependencies",
  "too-many-dependencies",
]);

interface Queues {
  /** A candidate that promises so many dependencies, or else the most promising one near that. */
  next(wanted: number): Candidate | undefined;
}

/** How many dependencies a candidate has is known only when it is resolved; how many of its names the repository defines is known before. */
function candidateQueues(shuffled: readonly Candidate[], { knowledge, options }: Proposer): Queues {
  const most = options.max_dependencies + 1;
  const queues = Array.from({ length: most + 1 }, (): Candidate[] => []);
  for (const candidate of shuffled) {
    const { definition } = candidate;
    const names = calledNames(definition).filter(
      (name) => name !== definition.name && knowledge.named(name) > 0,
    );
    queues[Math.min(names.length, most)]?.push(candidate);
  }
  const places = queues.map(() => 0);
  return {
    next(wanted) {
      const order = options.balance ? nearest(wanted, most) : range(0, most);
      for (const queue of order) {
        const place = places[queue] ?? 0;
        const candidate = queues[queue]?.[place];
        if (candidate === undefined) continue;
        places[queue] = place + 1;
        return candidate;
      }
      return undefined;
    },
  };
}

/** From the wanted number up, then down: some names turn out to lead elsewhere. */
function nearest(wanted: number, most: number): number[] {
  return [...range(wanted, most), ...range(0, wanted - 1).toReversed()];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

async function proposeFrom(
  candidate: Candidate,
  proposer: Proposer,
): Promise<{ readonly proposal: Proposal; readonly dependencies: number }> {
  const { context, options, syntaxes, knowledge, random } = proposer;
  const features = await featuresOf(candidate, knowledge);
  const refuse = (finding: Unfit) => ({ proposal: rejection(candidate, finding, features), dependencies: 0 });
  const finding = await checkCandidate({ candidate, features, options, knowledge });
  if (!finding.fit) return refuse(finding);
  const resolver = await resolverOf(context, candidate.file.language);
  const found = await findDependencies(candidate, resolver, options, knowledge);
  if ("refused" in found) return refuse(found.refused);
  const { dependencies, sites } = found.resolved;
  const search = searchFacts(candidate, dependencies, knowledge);
  if (search.distractors < options.min_distractors) return refuse(unfit("no-distractors"));
  if (search.elsewhere < options.min_elsewhere) return refuse(unfit("all-in-one-file"));
  const key = `${candidate.file.path}#${candidate.definition.qualifiedName}`;
  const draft = await makeDraft({
    candidate,
    dependencies,
    search,
    facts: finding.facts ?? {},
    features: { ...features, sites },
    engine: resolver.engine,
    options,
    tree: context.project.repository.tree,
    syntaxes,
    random: random.scope(key),
  });
  return { proposal: { kind: "draft", draft }, dependencies: dependencies.length };
}

async function resolverOf({ resolver }: ProposeContext, language: string): Promise<Resolver> {
  if (resolver !== undefined) return resolver(language);
  throw new RangeError("dep-search needs a resolver in its context");
}

function rejection(candidate: Candidate, finding: Unfit, features: Record<string, Json>): Proposal {
  return {
    kind: "rejected",
    reason: finding.reason,
    place: placeOf(candidate),
    ...(finding.detail === undefined ? {} : { detail: finding.detail }),
    facts: { ...features, ...finding.facts },
  };
}

function requireRange({ min_dependencies: least, max_dependencies: most }: Options): void {
  if (least <= most) return;
  throw new InputError({
    code: "wrong-option",
    message: `dep-search: min_dependencies (${least}) is above max_dependencies (${most})`,
    hint: "docs/tasks/dep-search.md lists what each option takes.",
    fields: { option: "min_dependencies" },
  });
}
