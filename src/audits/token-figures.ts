import { createCounter } from "../base/counter.ts";
import type { ModelReader } from "../mask.ts";
import { createTokenFigures, type TokenFigures } from "../masks/figures.ts";
import type { MeasuredSample } from "./tokens.ts";

/** What a trainer makes of all samples together, and how long they are. */
export interface AuditedTokens extends TokenFigures {
  readonly context: number;
  /** Samples that could not be measured, by reason. */
  readonly not_measured: Readonly<Record<string, number>>;
  /** How many samples have at most so many tokens and more than the bound before; null: any number. */
  readonly lengths: readonly { readonly up_to: number | null; readonly samples: number }[];
}

const SHARES_OF_CONTEXT = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4];

export function createAuditedTokens(reader: ModelReader, context: number) {
  const refused = createCounter();
  const figures = createTokenFigures(reader, context);
  const bounds = [...new Set(SHARES_OF_CONTEXT.map((share) => Math.max(1, Math.floor(share * context))))];
  const lengths = [...bounds, null].map((up_to) => ({ up_to, samples: 0 }));
  return {
    add(one: MeasuredSample): void {
      if (one.kind === "refused") return refused.add(one.reason);
      figures.add(one.counts);
      const bin = lengths.find(({ up_to }) => one.counts.tokens <= (up_to ?? Infinity));
      if (bin !== undefined) bin.samples++;
    },
    figures: (): AuditedTokens => ({
      ...figures.figures(),
      context,
      not_measured: refused.counts(),
      lengths,
    }),
  };
}
