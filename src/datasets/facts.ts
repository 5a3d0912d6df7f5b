import type { Json } from "../base/json.ts";
import type { Dataset } from "./open.ts";

/** How a fact of instances is spread. */
export interface Distribution {
  readonly task: string;
  /** Its name; of a fact inside another with a dot between. */
  readonly fact: string;
  /** Instances that have it, `null` left out. */
  readonly known: number;
  readonly unknown: number;
  /** Of numbers: the least, the quartiles between, and the most. */
  readonly quantiles?: readonly [number, number, number, number, number];
  /** Of anything else: how often each value is there, most first. */
  readonly values?: readonly (readonly [string, number])[];
}

/** Beyond so many different values a fact is told by the most common ones. */
const VALUES_SHOWN = 8;

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
      return { task, fact, ...summaryOf(values) };
    });
}

function* eachFact(facts: Record<string, Json>, prefix = ""): Generator<[string, Json]> {
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      yield* eachFact(value as Record<string, Json>, `${prefix}${name}.`);
    else yield [`${prefix}${name}`, value];
  }
}

function summaryOf(all: readonly Json[]): Omit<Distribution, "task" | "fact"> {
  const known = all.filter((value) => value !== null);
  const counts = { known: known.length, unknown: all.length - known.length };
  const numbers = known.filter((value) => typeof value === "number").sort((a, b) => a - b);
  if (numbers.length > 0 && numbers.length === known.length) {
    const at = (share: number) => numbers[Math.round(share * (numbers.length - 1))] ?? 0;
    return { ...counts, quantiles: [at(0), at(0.25), at(0.5), at(0.75), at(1)] };
  }
  const groups = Map.groupBy(known, (value) => (typeof value === "string" ? value : JSON.stringify(value)));
  const values = [...groups]
    .map(([name, some]) => [name, some.length] as const)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { ...counts, values: values.slice(0, VALUES_SHOWN) };
}
