import type { Json } from "../base/json.ts";
import { type Spread, spreadOf } from "../statistics/distribution.ts";
import type { Dataset } from "./open.ts";

/** How a fact of instances is spread. */
export interface Distribution extends Spread {
  readonly task: string;
  /** Its name; of a fact inside another with a dot between. */
  readonly fact: string;
}

/** Of the facts and variants of all instances, public ones only: none of them gives an answer away. */
export async function factDistributions(
  dataset: Dataset,
  isWanted: (task: string) => boolean,
): Promise<Distribution[]> {
  const collected = new Map<string, Json[]>();
  for await (const { instance } of dataset.pairs()) {
    if (!isWanted(instance.task)) continue;
    for (const [name, value] of eachFact({ ...instance.variant, ...instance.facts })) {
      const key = `${instance.task}\0${name}`;
      const known = collected.get(key);
      if (known === undefined) collected.set(key, [value]);
      else known.push(value);
    }
  }
  return [...collected]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => {
      const [task = "", fact = ""] = key.split("\0");
      return { task, fact, ...spreadOf(values) };
    });
}

function* eachFact(facts: Record<string, Json>, prefix = ""): Generator<[string, Json]> {
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      yield* eachFact(value as Record<string, Json>, `${prefix}${name}.`);
    else yield [`${prefix}${name}`, value];
  }
}
