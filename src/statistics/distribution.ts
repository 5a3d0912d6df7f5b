import type { Json } from "../base/json.ts";

/** How values are spread. */
export interface Spread {
  /** Values that are there, `null` left out. */
  readonly known: number;
  readonly unknown: number;
  /** Of numbers: the least, the quartiles between, and the most. */
  readonly quantiles?: readonly [number, number, number, number, number];
  /** Of anything else: how often each value is there, most first. */
  readonly values?: readonly (readonly [string, number])[];
}

/** Beyond so many different values they are told by the most common ones. */
const VALUES_SHOWN = 8;

export function spreadOf(all: readonly Json[]): Spread {
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
