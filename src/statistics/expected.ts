import type { Interval } from "./interval.ts";

export interface Expected {
  readonly value: number;
  readonly interval: Interval & { readonly high: number };
}

/**
 * How many of `more` further instances will be solved, when a share `rate` of `seen` instances was. Beta-binomial: what is known of the rate
 * after the sample is Beta(seen·rate + ½, seen·(1 − rate) + ½), from the prior of H. Jeffreys ("An invariant form for the prior probability",
 * 1946), and the further ones are drawn with it. So the interval holds both the sample's chance and that of the draw itself. It takes the
 * sample as drawn like the rest: a dataset's first instances may be all of one repository.
 */
export function expectedSolved(rate: number, seen: number, more: number): Expected {
  const alpha = seen * rate + 0.5;
  const beta = seen * (1 - rate) + 0.5;
  const total = alpha + beta;
  let low: number | undefined;
  let cumulated = 0;
  for (let count = 0; count <= more; count++) {
    cumulated += Math.exp(logProbability(count, more, alpha, beta));
    if (low === undefined && cumulated >= 0.025) low = count;
    if (cumulated >= 0.975)
      return { value: (more * alpha) / total, interval: { low: low ?? 0, high: count } };
  }
  return { value: (more * alpha) / total, interval: { low: low ?? 0, high: more } };
}

/** log of C(n, k) · B(k + α, n − k + β) / B(α, β). */
function logProbability(count: number, of: number, alpha: number, beta: number): number {
  const choose = logGamma(of + 1) - logGamma(count + 1) - logGamma(of - count + 1);
  return choose + logBeta(count + alpha, of - count + beta) - logBeta(alpha, beta);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/**
 * log Γ(x) for x > 0: Stirling's series (M. Abramowitz, I. Stegun, "Handbook of mathematical functions", 6.1.41), which is exact to 1e-12 from
 * 10 on; below that by Γ(x + 1) = x Γ(x).
 */
export function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x);
  const square = x * x;
  const series = 1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series / x;
}
