import type { Json } from "../base/json.ts";
import type { Fact } from "../fact.ts";
import type { Sample } from "../sample.ts";
import { answerFacts } from "./answer.ts";
import { explorationFacts } from "./exploration.ts";
import { IDENTITY } from "./identity.ts";
import { probingFacts } from "./probing.ts";
import { shareFacts } from "./shares.ts";
import { signatureFacts } from "./signature.ts";
import { sizeFacts } from "./size.ts";
import { troubleFacts } from "./trouble.ts";
import { verificationFacts } from "./verification.ts";
import { walkOf } from "./walk.ts";

/** All facts there are, in the order in which they are printed. */
export const FACTS: readonly Fact[] = [
  ...sizeFacts,
  ...shareFacts,
  ...signatureFacts,
  ...explorationFacts,
  ...verificationFacts,
  ...troubleFacts,
  ...probingFacts,
  ...answerFacts,
];

/** What conditions may name. */
export const FACT_NAMES: readonly string[] = [...Object.keys(IDENTITY), ...FACTS.map(({ name }) => name)];

/** A sample's own columns and the facts of its record, by name. */
export function factsOf(sample: Sample): Readonly<Record<string, Json>> {
  const walk = walkOf(sample);
  return Object.fromEntries([
    ...Object.entries(IDENTITY).map(([name, read]): [string, Json] => [name, read(sample)]),
    ...FACTS.map(({ name, of }): [string, Json] => [name, of(walk)]),
  ]);
}
