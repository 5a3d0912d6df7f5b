import type { Random } from "../base/random.ts";
import type { Interval } from "./interval.ts";

/** Vectors drawn in all; few large samples say as much as many small ones, and `status` must be quick at 100,000 targets. */
const DRAWS = 4_000_000;
const FEWEST_RESAMPLES = 200;
const MOST_RESAMPLES = 2_000;

/**
 * The percentile bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979) of a statistic
 * that depends on sums over independent units. Units here are instances: attempts at one instance resemble each other, so drawing attempts
 * would give intervals that are too narrow. Samples for which the statistic is undefined count as unboundedly large. Undefined without units.
 */
export function bootstrap(
  units: readonly (readonly number[])[],
  statistic: (sums: readonly number[]) => number | undefined,
  random: Random,
): Interval | undefined {
  if (units.length === 0) return undefined;
  const resamples = Math.min(MOST_RESAMPLES, Math.max(FEWEST_RESAMPLES, Math.floor(DRAWS / units.length)));
  const draw = sampler(units, random);
  const values = Array.from({ length: resamples }, () => statistic(draw()) ?? Infinity).sort((a, b) => a - b);
  const low = values[Math.floor(0.025 * resamples)] ?? Infinity;
  const high = values[Math.ceil(0.975 * resamples) - 1] ?? Infinity;
  // Where even the lower bound is unbounded, nothing is known.
  return { low: Number.isFinite(low) ? low : 0, high: Number.isFinite(high) ? high : null };
}

/** Sums of the units, field by field. */
export function sumOf(units: readonly (readonly number[])[]): number[] {
  const sums = Array.from({ length: units[0]?.length ?? 0 }, () => 0);
  for (const unit of units) add(sums, unit, 1);
  return sums;
}

/** Sums of samples as large as the units, drawn with replacement. Units that are alike are counted, and added up once. */
function sampler(units: readonly (readonly number[])[], random: Random): () => number[] {
  const kinds = new Map<string, { readonly index: number; readonly unit: readonly number[] }>();
  const kindOf = Uint32Array.from(units, (unit) => {
    const key = unit.join(" ");
    const known = kinds.get(key) ?? { index: kinds.size, unit };
    kinds.set(key, known);
    return known.index;
  });
  const distinct = [...kinds.values()].map(({ unit }) => unit);
  const counts = new Uint32Array(distinct.length);
  return () => {
    counts.fill(0);
    for (let drawn = 0; drawn < units.length; drawn++) {
      const kind = kindOf[random.integer(units.length)] ?? 0;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    const sums = Array.from({ length: units[0]?.length ?? 0 }, () => 0);
    for (const [kind, unit] of distinct.entries()) add(sums, unit, counts[kind] ?? 0);
    return sums;
  };
}

function add(sums: number[], unit: readonly number[], times: number): void {
  for (let field = 0; field < unit.length; field++)
    sums[field] = (sums[field] ?? 0) + times * (unit[field] ?? 0);
}
