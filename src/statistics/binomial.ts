import type { Random } from "../base/random.ts";
import { logGamma } from "./expected.ts";

/**
 * How many of `trials` succeed, each with `chance`: drawn at once, in about the same time for any number of trials. By inversion where few
 * are expected, else by transformed rejection (W. Hörmann, "The generation of binomial random variates", Journal of Statistical Computation
 * and Simulation 46, 1993: algorithm BTRS). Both are exact.
 */
export function drawBinomial(trials: number, chance: number, random: Random): number {
  if (trials === 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - drawBinomial(trials, 1 - chance, random);
  return trials * chance < 10 ? byInversion(trials, chance, random) : byRejection(trials, chance, random);
}

/** Failures before each success are geometric: they are drawn until the trials are used up. */
function byInversion(trials: number, chance: number, random: Random): number {
  const logFailure = Math.log1p(-chance);
  let successes = -1;
  for (let used = 0; used <= trials; successes++)
    used += Math.floor(Math.log(1 - random.next()) / logFailure) + 1;
  return successes;
}

function byRejection(trials: number, chance: number, random: Random): number {
  const deviation = Math.sqrt(trials * chance * (1 - chance));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const center = trials * chance + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const logOdds = Math.log(chance / (1 - chance));
  const mode = Math.floor((trials + 1) * chance);
  const logArrangements = (k: number) => logGamma(k + 1) + logGamma(trials - k + 1);
  for (;;) {
    const v = random.next();
    const u = random.next() - 0.5;
    const distance = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / distance + b) * u + center);
    if (distance >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > trials) continue;
    const height = Math.log((v * alpha) / (a / (distance * distance) + b));
    if (height <= logArrangements(mode) - logArrangements(k) + (k - mode) * logOdds) return k;
  }
}
