import { createCounter } from "../base/counter.ts";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import type { SampleSource } from "../sample.ts";
import { openSamples, type SampleCollection } from "../samples/open.ts";
import { candidateOf, readCandidates, readChosen, type SampleRules } from "../selections/candidates.ts";
import { atMost, bestOf, limited, withoutRepeats } from "../selections/choose.ts";
import type { Candidate, Group, Preference } from "../selections/choose.ts";
import { matchControl } from "../selections/control.ts";
import { measureConversation } from "../trajectories/conversation.ts";
import { FIELD_NAMES } from "../selections/fields.ts";
import { parseLicencePolicy } from "../selections/licences.ts";
import { createRuleBook, type RuleBook } from "../selections/rule-book.ts";
import { openSplits } from "../selections/split.ts";
import { parseWhere } from "../selections/where.ts";
import type { TrainingSet, TrainingSetManifest } from "../training-set.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { writeTrainingSet } from "../training-sets/write.ts";

export interface SelectRequest {
  /** Runs and training sets. */
  readonly from: readonly string[];
  /** The folder of the training set to make. */
  readonly out: string;
  readonly outcome?: "solved" | "unsolved";
  /** Takes what a source says of itself for a verdict. */
  readonly acceptClaims?: boolean;
  /** `permissive`, or SPDX identifiers with commas between: of no other licence. */
  readonly licence?: string;
  /** With `licence`: also where it is not known. */
  readonly licenceUnknown?: boolean;
  /** Conditions, all of which must hold: `name op value`. */
  readonly where?: readonly string[];
  /** Of a dataset that was built with splits. */
  readonly split?: { readonly name: string; readonly dataset: string };
  /** Samples of each instance. */
  readonly bestOf?: number;
  /** Which are the best; the shortest when left out. */
  readonly prefer?: Preference;
  /** Samples of each value at most. */
  readonly quotas?: readonly { readonly group: Group; readonly count: number }[];
  readonly limit?: number;
  /** A training set: as many samples as it has, like those in instance and length. */
  readonly controlOf?: string;
  readonly seed?: string;
  readonly signal?: AbortSignal;
}

/**
 * Takes samples of runs and sets into one training set, by rules. Samples are read twice: to choose, by the little of each that this needs, and to
 * write. The same sources and rules give the same set.
 */
export async function select(request: SelectRequest): Promise<TrainingSetManifest> {
  const { controlOf, signal } = request;
  const rules = await sampleRulesOf(request);
  const collections = await Promise.all(request.from.map(openSamples));
  const control = controlOf === undefined ? undefined : await openTrainingSet(controlOf);
  let book = createRuleBook(createCounter());
  let details: Record<string, Json> = {};
  return writeTrainingSet({
    folder: request.out,
    operation: { name: "select", options: optionsOf(request, control) },
    async *samples(refused) {
      book = createRuleBook(refused);
      const candidates = await readCandidates(samplesOf(collections), rules, book);
      const chosen = choose(candidates, request, book);
      const kept = control === undefined ? chosen : await controlled(chosen, control);
      yield* readChosen(samplesOf(collections), kept, book.add("the record is there still"));
    },
    known: () => ({
      parents: [
        ...collections.map(({ parent }) => parent),
        ...(rules.split === undefined ? [] : [rules.split.splits.parent]),
      ],
      rules: book.counts(),
      details,
    }),
    ...defined({ signal }),
  });

  async function controlled(candidates: readonly Candidate[], { id, samples }: TrainingSet) {
    const targets = [];
    for await (const sample of samples())
      targets.push(candidateOf(targets.length, sample.id, sample, measureConversation(sample.events)));
    const { kept, match } = matchControl(candidates, targets);
    book.add(`control of ${id}`)("not-in-control", candidates.length - kept.length);
    details = { control: { of: id, ...match } };
    return kept;
  }
}

async function sampleRulesOf(request: SelectRequest): Promise<SampleRules> {
  const { outcome, acceptClaims = false, licence, licenceUnknown = false, split, where = [] } = request;
  return {
    acceptClaims,
    where: where.map((text) => parseWhere(text, FIELD_NAMES)),
    ...defined({
      outcome,
      licence: licence === undefined ? undefined : parseLicencePolicy(licence, licenceUnknown),
    }),
    ...(split === undefined
      ? {}
      : { split: { name: split.name, splits: await openSplits(split.dataset, split.name) } }),
  };
}

async function* samplesOf(collections: readonly SampleCollection[]): AsyncGenerator<SampleSource> {
  for (const { samples } of collections) yield* samples();
}

/** The rules that look at all samples at once, in their order. */
function choose(candidates: readonly Candidate[], request: SelectRequest, book: RuleBook): Candidate[] {
  const { prefer = DEFAULT_PREFERENCE, quotas = [], limit, seed = DEFAULT_SEED } = request;
  let kept = [...candidates];
  const apply = (rule: string, reason: string, next: Candidate[]) => {
    book.add(rule)(reason, kept.length - next.length);
    kept = next;
  };
  apply("no conversation twice", "same-conversation", withoutRepeats(kept));
  if (request.bestOf !== undefined) {
    const rule = `best of instance ${request.bestOf}, ${prefer}`;
    apply(rule, "best-of", bestOf(kept, request.bestOf, prefer));
  }
  for (const { group, count } of quotas)
    apply(`quota ${group} ${count}`, "quota", atMost(kept, group, count, seed));
  if (limit !== undefined) apply(`limit ${limit}`, "limit", limited(kept, limit, seed));
  return kept;
}

const DEFAULT_PREFERENCE: Preference = "shortest";
const DEFAULT_SEED = "1";

/** As they stand in the manifest, without any path. */
function optionsOf(request: SelectRequest, control: TrainingSet | undefined): Record<string, Json> {
  return {
    outcome: request.outcome ?? null,
    accept_claims: request.acceptClaims ?? false,
    licence: request.licence ?? null,
    licence_unknown: request.licenceUnknown ?? false,
    where: [...(request.where ?? [])],
    split: request.split?.name ?? null,
    best_of: request.bestOf ?? null,
    prefer: request.prefer ?? DEFAULT_PREFERENCE,
    quotas: (request.quotas ?? []).map(({ group, count }) => ({ [group]: count })),
    limit: request.limit ?? null,
    control_of: control?.id ?? null,
    seed: request.seed ?? DEFAULT_SEED,
  };
}
