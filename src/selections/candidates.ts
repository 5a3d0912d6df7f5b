import { factsOf } from "../facts/index.ts";
import type { Sample, SampleHead, SampleSource } from "../sample.ts";
import type { Candidate } from "./choose.ts";
import { canonicalJson } from "../base/json.ts";
import type { JudgedFields } from "../judges/file.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { countTokensOf, measureConversation } from "../trajectories/conversation.ts";
import { fieldsOf, isFact, type Measured, outcomeOf } from "./fields.ts";
import type { PassRates } from "./pass-rate.ts";
import { licencesOf } from "../samples/licences.ts";
import type { LicencePolicy } from "./licences.ts";
import type { LeaveOut, RuleBook } from "./rule-book.ts";
import type { Splits } from "./split.ts";
import { holds, type Condition } from "./where.ts";

/** What decides about each sample by itself. */
export interface SampleRules {
  readonly outcome?: "solved" | "unsolved";
  readonly acceptClaims: boolean;
  readonly licence?: LicencePolicy;
  readonly split?: { readonly name: string; readonly splits: Splits };
  readonly where: readonly Condition[];
  /** Names of fields by whose values samples are parted for quotas. */
  readonly groups: readonly string[];
  /** What a set is to hold only so much of. */
  readonly caps: readonly Condition[];
  /** For their lengths in tokens. */
  readonly tokenizer?: Tokenizer;
  /** What a model thinks of samples. */
  readonly judged?: JudgedFields;
  /** Told of every sample's verdict, also of those that are left out then. */
  readonly passRates?: PassRates;
}

/** The samples that get past the rules for single ones. Of those that fail by their heads, nothing else is read. */
export async function readCandidates(
  sources: AsyncIterable<SampleSource>,
  rules: SampleRules,
  book: RuleBook,
): Promise<Candidate[]> {
  const ofHead = headRules(rules, book);
  const isUnreadable = book.add("the record is there");
  const conditions = rules.where.map((condition) => ({
    condition,
    leave: book.add(`where ${condition.text}`),
  }));
  const names = [...rules.where, ...rules.caps].map(({ name }) => name);
  const wantsFacts = [...names, ...rules.groups].some(isFact);
  const uniqueId = createUniqueIds();
  const candidates: Candidate[] = [];
  let place = -1;
  for await (const source of sources) {
    place++;
    const id = uniqueId(source.head.id);
    rules.passRates?.add(source.head);
    if (ofHead.some((isLeftOut) => isLeftOut(source.head))) continue;
    const read = await source.read();
    if (read.kind === "refused") {
      isUnreadable(read.reason);
      continue;
    }
    const conversation = measure(read.sample, rules.tokenizer);
    const facts = wantsFacts ? factsOf(read.sample) : {};
    const judged = rules.judged?.of(source.head.id) ?? {};
    const fields = { ...facts, ...judged, ...fieldsOf({ ...read.sample, id }, conversation) };
    const broken = conditions.find(({ condition }) => !holds(condition, fields));
    if (broken !== undefined) broken.leave("where");
    else
      candidates.push({
        ...candidateOf(place, id, read.sample, conversation),
        groups: rules.groups.map((name) => canonicalJson(fields[name] ?? null)),
        capped: rules.caps.map((condition) => holds(condition, fields)),
      });
  }
  return candidates;
}

function measure({ events }: Sample, tokenizer: Tokenizer | undefined): Measured {
  const conversation = measureConversation(events);
  return tokenizer === undefined
    ? conversation
    : { ...conversation, tokens: countTokensOf(events, tokenizer) };
}

/** The chosen samples, in their order, each by the id that it got; one whose record went meanwhile is counted. */
export async function* readChosen(
  sources: AsyncIterable<SampleSource>,
  chosen: readonly Candidate[],
  isGone: LeaveOut,
): AsyncGenerator<Sample> {
  const ids = new Map(chosen.map(({ place, id }) => [place, id]));
  let place = -1;
  for await (const source of sources) {
    const id = ids.get(++place);
    if (id === undefined) continue;
    const read = await source.read();
    if (read.kind === "sample") yield { ...read.sample, id };
    else isGone(read.reason);
  }
}

type HeadRule = (head: SampleHead) => boolean;

function headRules({ outcome, acceptClaims, licence, split }: SampleRules, book: RuleBook): HeadRule[] {
  const rules: HeadRule[] = [];
  if (outcome !== undefined) {
    const leave = book.add(`outcome ${outcome}${acceptClaims ? ", claims accepted" : ""}`);
    rules.push(({ grade }) => {
      const found = outcomeOf(grade, acceptClaims);
      if (found !== outcome) leave(found);
      return found !== outcome;
    });
  }
  if (licence !== undefined) {
    const leave = book.add(licence.text);
    rules.push(({ instance_facts }) => {
      const reason = licence.refusal(licencesOf(instance_facts));
      if (reason !== undefined) leave(reason);
      return reason !== undefined;
    });
  }
  if (split !== undefined) {
    const leave = book.add(`split ${split.name}`);
    rules.push((head) => {
      const found = split.splits.splitOf(head);
      if (found !== split.name) leave(found === undefined ? "no-split" : "other-split");
      return found !== split.name;
    });
  }
  return rules;
}

/** Runs of one dataset give their attempts the same ids: the second is called `<id>~2`. */
function createUniqueIds(): (id: string) => string {
  const given = new Set<string>();
  return (id) => {
    let unique = id;
    for (let number = 2; given.has(unique); number++) unique = `${id}~${number}`;
    given.add(unique);
    return unique;
  };
}

export function candidateOf(
  place: number,
  id: string,
  sample: Sample,
  { key, characters, tokens }: Measured,
): Candidate {
  const { instance, dollars, grade } = sample;
  return {
    place,
    id,
    instance,
    characters,
    dollars,
    reward: grade.kind === "graded" ? grade.reward : null,
    tokens: tokens ?? null,
    conversation: key,
    groups: [],
    capped: [],
  };
}
