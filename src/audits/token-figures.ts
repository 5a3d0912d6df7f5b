import { createCounter } from "../base/counter.ts";
import type { ModelReader } from "../mask.ts";
import type { MeasuredSample } from "./tokens.ts";

/** What a trainer makes of all samples together. */
export interface TokenFigures {
  readonly tokenizer_sha256: string;
  readonly template_sha256: string;
  readonly marking: "generation" | "prefix";
  readonly context: number;
  /** Samples that were measured; those that could not be, by reason. */
  readonly measured: number;
  readonly not_measured: Readonly<Record<string, number>>;
  /** Of those that were measured. */
  readonly tokens: number;
  readonly trained: number;
  readonly left_out: number;
  readonly trained_in_context: number;
  readonly nothing_trained: number;
  readonly nothing_trained_in_context: number;
  /** Samples of which some of what is trained lies behind the context, and some within. */
  readonly trained_cut_off: number;
  readonly over_long: number;
  /** How many samples have at most so many tokens and more than the bound before; null: any number. */
  readonly lengths: readonly { readonly up_to: number | null; readonly samples: number }[];
}

const SHARES_OF_CONTEXT = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4];
const SUMS = ["tokens", "trained", "left_out", "trained_in_context"] as const;

export function createTokenFigures({ tokenizer, template }: ModelReader, context: number) {
  const refused = createCounter();
  const sums = { tokens: 0, trained: 0, left_out: 0, trained_in_context: 0 };
  const samples = { nothing_trained: 0, nothing_trained_in_context: 0, trained_cut_off: 0, over_long: 0 };
  const bounds = [...new Set(SHARES_OF_CONTEXT.map((share) => Math.max(1, Math.floor(share * context))))];
  const lengths = [...bounds, null].map((up_to) => ({ up_to, samples: 0 }));
  let measured = 0;
  return {
    add(one: MeasuredSample): void {
      if (one.kind === "refused") return refused.add(one.reason);
      const { counts } = one;
      measured++;
      for (const name of SUMS) sums[name] += counts[name];
      if (counts.trained === 0) samples.nothing_trained++;
      else if (counts.trained_in_context === 0) samples.nothing_trained_in_context++;
      else if (counts.trained_in_context < counts.trained) samples.trained_cut_off++;
      if (counts.tokens > context) samples.over_long++;
      const bin = lengths.find(({ up_to }) => counts.tokens <= (up_to ?? Infinity));
      if (bin !== undefined) bin.samples++;
    },
    figures: (): TokenFigures => ({
      tokenizer_sha256: tokenizer.sha256,
      template_sha256: template.sha256,
      marking: template.marking,
      context,
      measured,
      not_measured: refused.counts(),
      ...sums,
      ...samples,
      lengths,
    }),
  };
}
