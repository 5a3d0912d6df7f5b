import type { Json } from "../base/json.ts";
import { IDENTITY } from "../facts/identity.ts";
import { FACT_NAMES } from "../facts/index.ts";
import { JUDGED } from "../judges/file.ts";
import { licencesOf } from "../samples/licences.ts";
import type { Sample, SampleGrade } from "../sample.ts";
import type { Conversation } from "../trajectories/conversation.ts";

/** A conversation, in tokens too where there is a tokenizer. */
export interface Measured extends Conversation {
  readonly tokens?: number;
}

type FieldReader = (sample: Sample, conversation: Measured) => Json;

/** What samples are chosen by and can be had without taking the record apart: names and values. */
const FIELDS = {
  ...IDENTITY,
  commit: ({ repository }) => repository?.commit ?? null,
  licences: ({ instance_facts }) => licencesOf(instance_facts) ?? null,
  agent_version: ({ agent }) => agent.version,
  reasons: ({ grade }) => (grade.kind === "graded" ? grade.reasons : []),
  turns: (_, { turns }) => turns,
  calls: (_, { calls }) => calls,
  characters: (_, { characters }) => characters,
  /** Known where a tokenizer is given. */
  tokens: (_, { tokens }) => tokens ?? null,
  patch_characters: ({ patch }) => patch?.length ?? null,
  input_tokens: ({ usage }) => usage.inputTokens ?? null,
  output_tokens: ({ usage }) => usage.outputTokens ?? null,
  cached_tokens: ({ usage }) => usage.cachedTokens ?? null,
  dollars: ({ dollars }) => dollars,
  seconds: ({ seconds }) => seconds,
  origin: ({ origin }) => origin.name,
  lost: ({ lost }) => lost,
  repaired: ({ repaired }) => repaired,
} satisfies Record<string, FieldReader>;

const OWN_NAMES: readonly string[] = Object.keys(FIELDS);

/** Names of what is known of a sample's instance begin so: `instance.lookups`. */
export const OF_INSTANCE = "instance.";

/** What conditions may name: what a sample says of itself, the facts of its record, and those of its instance. */
export const FIELD_NAMES: readonly string[] = [
  ...new Set([...OWN_NAMES, ...FACT_NAMES, `${OF_INSTANCE}*`, `${JUDGED}*`]),
];

/** Whether a name is a fact's, which is computed where it is asked for alone: that takes the whole record apart. */
export function isFact(name: string): boolean {
  return !OWN_NAMES.includes(name) && !name.startsWith(OF_INSTANCE) && !name.startsWith(JUDGED);
}

/** Nested ones by their path: `instance.environment.grade`. */
function instanceFields(facts: Json | undefined, path: string): [string, Json][] {
  if (facts === undefined) return [];
  if (typeof facts !== "object" || facts === null || Array.isArray(facts)) return [[path, facts]];
  return Object.entries(facts).flatMap(([name, value]) => instanceFields(value, `${path}.${name}`));
}

export function fieldsOf(sample: Sample, conversation: Measured): Record<string, Json> {
  const readers: Record<string, FieldReader> = FIELDS;
  return Object.fromEntries([
    ...Object.entries(readers).map(([name, read]): [string, Json] => [name, read(sample, conversation)]),
    ...instanceFields(sample.instance_facts, "instance"),
  ]);
}

/** What a grade comes to for those who choose by outcome; else why it comes to nothing. */
export function outcomeOf(grade: SampleGrade, acceptClaims: boolean): string {
  if (grade.kind === "graded") return grade.outcome;
  if (grade.kind === "claimed" && acceptClaims) return grade.resolved ? "solved" : "unsolved";
  return grade.kind;
}
