import type { AuditCheck } from "../audit.ts";
import { openaiMessages } from "../exporters/openai-messages.ts";
import type { ModelReader, TokenCounts } from "../mask.ts";
import { countTokens } from "../masks/of-row.ts";
import { tryMaskRow } from "../masks/try-row.ts";
import type { Sample } from "../sample.ts";
import { check } from "./define.ts";

export type MeasuredSample =
  | { readonly kind: "measured"; readonly counts: TokenCounts }
  | { readonly kind: "refused"; readonly reason: string; readonly detail: string };

/** Weights say which turns are there to be read alone; without them such a sample is no row at all. */
const OPTIONS = openaiMessages.parseOptions({ weights: "openai" });

/** A sample in tokens, as the row that `export` makes of it and the text that a template makes of that. */
export function measureSample(sample: Sample, reader: ModelReader, context: number): MeasuredSample {
  const exported = openaiMessages.toRow({ sample }, OPTIONS);
  if (exported.kind === "refused") return exported;
  const masked = tryMaskRow(exported.row, reader);
  return "kind" in masked ? masked : { kind: "measured", counts: countTokens(masked, context) };
}

/** Find nothing where no tokenizer was named. */
export const tokenChecks: readonly AuditCheck[] = [
  check(
    "error",
    "nothing-trained",
    "no token of it is trained: a trainer learns nothing from it, or stops at it",
    (_, { tokens }) => (tokens?.trained === 0 ? `0 of ${tokens.tokens} tokens` : undefined),
  ),
  check(
    "error",
    "nothing-trained-in-context",
    "all that is trained lies behind the context: once it is cut, nothing is learned",
    (_, { tokens, context }) =>
      tokens !== undefined && tokens.trained > 0 && tokens.trained_in_context === 0
        ? `all of ${tokens.trained} trained tokens lie behind token ${context}`
        : undefined,
  ),
  check(
    "warning",
    "trained-cut-off",
    "some of what is trained lies behind the context, and is not learned",
    (_, { tokens, context }) => {
      if (tokens === undefined || tokens.trained_in_context === 0) return undefined;
      const cut = tokens.trained - tokens.trained_in_context;
      return cut > 0 ? `${cut} of ${tokens.trained} trained tokens lie behind token ${context}` : undefined;
    },
  ),
];
