import type { ModelReader, TokenCounts } from "../mask.ts";

/** What a trainer makes of all rows together. */
export interface TokenFigures {
  readonly tokenizer_sha256: string;
  readonly template_sha256: string;
  readonly marking: "generation" | "prefix";
  /** Tokens that the trainer takes of a row; null for any number. */
  readonly context: number | null;
  /** Rows that were measured. */
  readonly measured: number;
  readonly tokens: number;
  readonly trained: number;
  readonly left_out: number;
  readonly trained_in_context: number;
  /** Rows of which no token is trained: a trainer learns nothing from them, or stops at them. */
  readonly nothing_trained: number;
  /** Rows that train something, and nothing once their end is cut off. */
  readonly nothing_trained_in_context: number;
  /** Rows of which some of what is trained lies behind the context, and some within. */
  readonly trained_cut_off: number;
  /** Rows longer than the context. */
  readonly over_long: number;
}

const SUMS = ["tokens", "trained", "left_out", "trained_in_context"] as const;

export function createTokenFigures({ tokenizer, template }: ModelReader, context?: number) {
  const sums = { tokens: 0, trained: 0, left_out: 0, trained_in_context: 0 };
  const rows = { nothing_trained: 0, nothing_trained_in_context: 0, trained_cut_off: 0, over_long: 0 };
  let measured = 0;
  return {
    add(counts: TokenCounts): void {
      measured++;
      for (const name of SUMS) sums[name] += counts[name];
      if (counts.trained === 0) rows.nothing_trained++;
      else if (counts.trained_in_context === 0) rows.nothing_trained_in_context++;
      else if (counts.trained_in_context < counts.trained) rows.trained_cut_off++;
      if (counts.tokens > (context ?? Infinity)) rows.over_long++;
    },
    figures: (): TokenFigures => ({
      tokenizer_sha256: tokenizer.sha256,
      template_sha256: template.sha256,
      marking: template.marking,
      context: context ?? null,
      measured,
      ...sums,
      ...rows,
    }),
  };
}
