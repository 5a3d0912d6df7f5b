import type { Judge, Judgement } from "../judge.ts";

/** The last score that an answer names; null for none, or one that is not on the scale. */
export function readScore(answer: string, { least, most }: Judge["scale"]): number | null {
  const [, text] = [...answer.matchAll(/<score>\s*(-?\d+)\s*<\/score>/g)].at(-1) ?? [];
  const score = Number(text);
  return text !== undefined && score >= least && score <= most ? score : null;
}

/** The middle score, the lower of two; null where fewer than half of the answers have one. */
export function settled(scores: readonly (number | null)[]): number | null {
  const read = scores.filter((score) => score !== null).sort((a, b) => a - b);
  return read.length === 0 || 2 * read.length < scores.length
    ? null
    : (read[Math.floor((read.length - 1) / 2)] ?? null);
}

/** How far a model agrees with itself. */
export interface Agreement {
  /** Samples of which at least two answers could be read. */
  readonly compared: number;
  /** Of these, samples of which all answers say the same. */
  readonly same: number;
  /** Pairs of answers about one sample, and those of them that are at most one apart. */
  readonly pairs: number;
  readonly within_one: number;
}

export function agreementOf(judgements: readonly Judgement[]): Agreement {
  const counts = { compared: 0, same: 0, pairs: 0, within_one: 0 };
  for (const { scores } of judgements) {
    const read = scores.filter((score) => score !== null);
    if (read.length < 2) continue;
    counts.compared++;
    if (new Set(read).size === 1) counts.same++;
    for (const [index, a] of read.entries())
      for (const b of read.slice(index + 1)) {
        counts.pairs++;
        if (Math.abs(a - b) <= 1) counts.within_one++;
      }
  }
  return counts;
}
