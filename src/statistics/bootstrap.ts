import type { Random } from "../base/random.ts";
import { drawBinomial } from "./binomial.ts";
import type { Interval } from "./interval.ts";

/** Vectors drawn in all; few large samples say as much as many small ones, and `status` must be quick at 100,000 targets. */
const DRAWS = 2_500_000;
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

/** Kinds whose numbers are drawn, where units are so many times as many; else each unit is drawn. */
const UNITS_PER_KIND = 16;

/** Sums of samples as large as the units, drawn with replacement. Units that are alike are counted, and added up once. */
function sampler(units: readonly (readonly number[])[], random: Random): () => number[] {
  const { kindOf, kinds } = kindsOf(units);
  const sizes = new Uint32Array(kinds.length);
  for (const kind of kindOf) sizes[kind] = (sizes[kind] ?? 0) + 1;
  const drawn = new Uint32Array(kinds.length);
  const draw = kinds.length * UNITS_PER_KIND <= units.length ? drawKinds : drawUnits;
  return () => {
    draw(drawn, sizes, kindOf, random);
    const sums = Array.from({ length: units[0]?.length ?? 0 }, () => 0);
    for (const [kind, unit] of kinds.entries()) add(sums, unit, drawn[kind] ?? 0);
    return sums;
  };
}

function kindsOf(units: readonly (readonly number[])[]) {
  const known = new Map<string, { readonly index: number; readonly unit: readonly number[] }>();
  const kindOf = Uint32Array.from(units, (unit) => {
    const key = unit.join(" ");
    const kind = known.get(key) ?? { index: known.size, unit };
    known.set(key, kind);
    return kind.index;
  });
  return { kindOf, kinds: [...known.values()].map(({ unit }) => unit) };
}

/** How many of each kind a sample has, kind by kind: of what is left, each has its share of those left. */
function drawKinds(drawn: Uint32Array, sizes: Uint32Array, kindOf: Uint32Array, random: Random): void {
  let toDraw = kindOf.length;
  let unitsLeft = kindOf.length;
  for (const [kind, size] of sizes.entries()) {
    const count = drawBinomial(toDraw, size / unitsLeft, random);
    drawn[kind] = count;
    toDraw -= count;
    unitsLeft -= size;
  }
}

function drawUnits(drawn: Uint32Array, _sizes: Uint32Array, kindOf: Uint32Array, random: Random): void {
  drawn.fill(0);
  for (let left = kindOf.length; left > 0; left--) {
    const kind = kindOf[random.integer(kindOf.length)] ?? 0;
    drawn[kind] = (drawn[kind] ?? 0) + 1;
  }
}

function add(sums: number[], unit: readonly number[], times: number): void {
  for (let field = 0; field < unit.length; field++)
    sums[field] = (sums[field] ?? 0) + times * (unit[field] ?? 0);
}
