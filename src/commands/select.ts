import { createCounter } from "../base/counter.ts";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { openJudgedFields } from "../judges/file.ts";
import type { SampleSource } from "../sample.ts";
import { openSamples, type SampleCollection } from "../samples/open.ts";
import { candidateOf, readCandidates, readChosen, type SampleRules } from "../selections/candidates.ts";
import { atMost, bestOf, limited, withinBudget, withoutRepeats, withShare } from "../selections/choose.ts";
import type { Candidate, Preference } from "../selections/choose.ts";
import { matchControl } from "../selections/control.ts";
import { measureConversation } from "../trajectories/conversation.ts";
import { FIELD_NAMES } from "../selections/fields.ts";
import { parseLicencePolicy } from "../selections/licences.ts";
import { createRuleBook, type RuleBook } from "../selections/rule-book.ts";
import { openSplits } from "../selections/split.ts";
import { createPassRates } from "../selections/pass-rate.ts";
import { isKnown, parseCap, parseWhere, unknownField } from "../selections/where.ts";
import { openModelFolder } from "../tokenizers/load.ts";
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
  /** Samples of each value of a field or fact at most. */
  readonly quotas?: readonly { readonly group: string; readonly count: number }[];
  /** Of what a set is to hold only a share: `condition: 20%`. */
  readonly caps?: readonly string[];
  /** Instances solved in this share of all samples with a verdict, ends included: of all that are given, whatever other rules leave. */
  readonly passRate?: { readonly least: number; readonly most: number };
  readonly limit?: number;
  /** Tokens of all samples together; wants a tokenizer. */
  readonly tokenBudget?: number;
  /** A model's folder, or its `tokenizer.json`: gives samples the field `tokens`. */
  readonly tokenizer?: string;
  /** A folder that `judge` made: gives samples the fields `judged.NAME`. */
  readonly judged?: string;
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
    operation: { name: "select", options: optionsOf(request, rules, control) },
    async *samples(refused) {
      book = createRuleBook(refused);
      const candidates = await readCandidates(samplesOf(collections), rules, book);
      const chosen = choose(candidates, request, rules, book);
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

interface Rules extends SampleRules {
  /** Of the caps, in their order. */
  readonly shares: readonly number[];
}

function tokenizerIsWanted(): InputError {
  return new InputError({
    code: "usage",
    message: "A budget of tokens wants a tokenizer",
    hint: "Name the folder of the model that is trained by --tokenizer.",
  });
}

async function sampleRulesOf(request: SelectRequest): Promise<Rules> {
  const { outcome, acceptClaims = false, split, where = [], quotas = [], caps = [] } = request;
  const { licence, licenceUnknown = false, tokenizer } = request;
  if (request.tokenBudget !== undefined && tokenizer === undefined) throw tokenizerIsWanted();
  const groups = quotas.map(({ group }) => group);
  const unknown = groups.find((name) => !isKnown(name, FIELD_NAMES));
  if (unknown !== undefined) throw unknownField(unknown, FIELD_NAMES);
  const parsed = caps.map((text) => parseCap(text, FIELD_NAMES));
  return {
    acceptClaims,
    where: where.map((text) => parseWhere(text, FIELD_NAMES)),
    groups,
    caps: parsed.map(({ condition }) => condition),
    shares: parsed.map(({ share }) => share),
    ...(tokenizer === undefined ? {} : { tokenizer: (await openModelFolder(tokenizer)).tokenizer }),
    ...(request.judged === undefined ? {} : { judged: await openJudgedFields(request.judged) }),
    ...(request.passRate === undefined ? {} : { passRates: createPassRates(acceptClaims) }),
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
function choose(
  candidates: readonly Candidate[],
  request: SelectRequest,
  { passRates, caps, shares }: Rules,
  book: RuleBook,
): Candidate[] {
  const {
    prefer = DEFAULT_PREFERENCE,
    quotas = [],
    passRate,
    limit,
    tokenBudget,
    seed = DEFAULT_SEED,
  } = request;
  let kept = [...candidates];
  const apply = (rule: string, reason: string, next: Candidate[]) => {
    book.add(rule)(reason, kept.length - next.length);
    kept = next;
  };
  apply("no conversation twice", "same-conversation", withoutRepeats(kept));
  if (passRate !== undefined) {
    const { least, most } = passRate;
    const isWithin = ({ instance }: Candidate) => {
      const rate = passRates?.of(instance);
      return rate !== undefined && rate.solved >= least * rate.judged && rate.solved <= most * rate.judged;
    };
    apply(`pass rate ${least}..${most}`, "pass-rate", kept.filter(isWithin));
  }
  if (request.bestOf !== undefined) {
    const rule = `best of instance ${request.bestOf}, ${prefer}`;
    apply(rule, "best-of", bestOf(kept, request.bestOf, prefer));
  }
  for (const [index, { group, count }] of quotas.entries())
    apply(`quota ${group} ${count}`, "quota", atMost(kept, index, count, seed));
  for (const [index, { text }] of caps.entries()) {
    const share = shares[index] ?? 1;
    apply(`cap ${text}: ${share * 100}%`, "cap", withShare(kept, index, share, seed));
  }
  if (limit !== undefined) apply(`limit ${limit}`, "limit", limited(kept, limit, seed));
  if (tokenBudget !== undefined)
    apply(`token budget ${tokenBudget}`, "token-budget", withinBudget(kept, tokenBudget, seed));
  return kept;
}

const DEFAULT_PREFERENCE: Preference = "shortest";
const DEFAULT_SEED = "1";

/** As they stand in the manifest, without any path. */
function optionsOf(
  request: SelectRequest,
  { tokenizer, judged }: Rules,
  control: TrainingSet | undefined,
): Record<string, Json> {
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
    ...(request.caps === undefined ? {} : { caps: [...request.caps] }),
    ...(request.passRate === undefined ? {} : { pass_rate: { ...request.passRate } }),
    limit: request.limit ?? null,
    ...(request.tokenBudget === undefined ? {} : { token_budget: request.tokenBudget }),
    ...(tokenizer === undefined ? {} : { tokenizer_sha256: tokenizer.sha256 }),
    ...(judged === undefined ? {} : { judgements_sha256: judged.sha256 }),
    control_of: control?.id ?? null,
    seed: request.seed ?? DEFAULT_SEED,
  };
}
