/** Two numbers between which a quantity lies with a probability of 95 %. */
export interface Interval {
  readonly low: number;
  /** Null where what was seen sets no upper bound. */
  readonly high: number | null;
}

/** The 97.5 % point of the standard normal distribution: two-sided 95 %. */
export const NORMAL_95 = 1.959963984540054;

/** A share of a whole, with the interval of the rate behind it. */
export interface Rate {
  readonly part: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of a rate: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
 * (1927). Unlike the textbook's p ± z·√(p(1−p)/n) it has a width where all or none succeeded. Of nothing: 0 to 1.
 */
export function rateOf(part: number, of: number, z = NORMAL_95): Rate {
  if (of === 0) return { part, of, low: 0, high: 1 };
  const rate = part / of;
  const scale = 1 + (z * z) / of;
  const centre = (rate + (z * z) / (2 * of)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  return {
    part,
    of,
    // At the ends the formula gives exactly 0 and 1, but for rounding.
    low: part === 0 ? 0 : Math.max(0, centre - half),
    high: part === of ? 1 : Math.min(1, centre + half),
  };
}
