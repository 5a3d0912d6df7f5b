import type { Json } from "../base/json.ts";
import type { ModelReader, TokenCounts } from "../mask.ts";
import { countTokens, trainerColumns } from "../masks/of-row.ts";
import { tryMaskRow } from "../masks/try-row.ts";

/** How rows are measured, and which of them a trainer would not learn from as they stand. */
export interface TokenRule {
  readonly reader: ModelReader;
  /** Tokens that the trainer takes of a row; any number when left out. */
  readonly context?: number;
  /** Rows with more: left out, or kept for a trainer that cuts their end off. */
  readonly overLong: "refuse" | "keep";
  /** Gives rows the columns `input_ids` and `labels`, which trainers take without a template. */
  readonly withIds: boolean;
}

export type TokenCheck =
  | { readonly kind: "kept"; readonly counts: TokenCounts; readonly columns: Readonly<Record<string, Json>> }
  | { readonly kind: "refused"; readonly reason: string; readonly detail: string };

export function checkTokens(row: unknown, { reader, context, overLong, withIds }: TokenRule): TokenCheck {
  const masked = tryMaskRow(row, reader);
  if ("kind" in masked) return masked;
  const counts = countTokens(masked, context);
  if (counts.trained === 0) return refused("nothing-trained", `none of ${counts.tokens} tokens is trained`);
  if (context !== undefined && counts.tokens > context && overLong === "refuse")
    return refused("over-long", `${counts.tokens} tokens of at most ${context}`);
  if (counts.trained_in_context === 0)
    return refused("nothing-trained-in-context", `all that is trained lies behind token ${context}`);
  return { kind: "kept", counts, columns: withIds ? trainerColumns(masked) : {} };
}

function refused(reason: string, detail: string) {
  return { kind: "refused", reason, detail } as const;
}
