import type { Importer } from "../importer.ts";
import type { Sample } from "../sample.ts";
import { createCounter } from "../base/counter.ts";

/** What became of the documents of one format. A type, since it stands in a manifest as JSON. */
export type FormatCounts = {
  /** Of the importer; null for documents that none recognises. */
  version: number | null;
  /** `read = written + Σ refused`. */
  read: number;
  written: number;
  refused: Record<string, number>;
  /** Samples by what of their source they could not keep. */
  lost: Record<string, number>;
  /** Samples by the rule that mended them. */
  repaired: Record<string, number>;
};

/** Under this name stand documents that no importer knows, and what is no document. */
const UNKNOWN = "unknown";

/** Counts by format, in the order in which formats are met. */
export function createFormatCounts() {
  const tallies = new Map<string, ReturnType<typeof createTally>>();
  const tallyOf = (importer: Importer | undefined) => {
    const name = importer?.format ?? UNKNOWN;
    const tally = tallies.get(name) ?? createTally(importer);
    tallies.set(name, tally);
    return tally;
  };
  return {
    write: (importer: Importer | undefined, sample: Sample) => tallyOf(importer).write(sample),
    refuse: (importer: Importer | undefined, reason: string) => tallyOf(importer).refuse(reason),
    counts: () => Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.counts()])),
  };
}

function createTally(importer: Importer | undefined) {
  const [refused, lost, repaired] = [createCounter(), createCounter(), createCounter()];
  let written = 0;
  return {
    refuse: (reason: string) => refused.add(reason),
    write(sample: Sample) {
      written++;
      for (const field of new Set(sample.lost)) lost.add(field);
      for (const rule of new Set(sample.repaired)) repaired.add(rule);
    },
    counts: (): FormatCounts => ({
      version: importer?.version ?? null,
      read: written + refused.total(),
      written,
      refused: refused.counts(),
      lost: lost.counts(),
      repaired: repaired.counts(),
    }),
  };
}
