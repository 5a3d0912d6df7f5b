import { InputError } from "../base/errors.ts";
import type { MaskedRow, ModelReader } from "../mask.ts";
import { chatOfRow } from "./chat-of-row.ts";
import { maskRow } from "./of-row.ts";

export interface Unmasked {
  readonly kind: "refused";
  /** Kebab-case, to be counted; docs/commands/mask.md lists them. */
  readonly reason: string;
  readonly detail: string;
}

/** The mask of a row of any origin; refused where it is no conversation, or the template does not take it. */
export function tryMaskRow(row: unknown, reader: ModelReader): MaskedRow | Unmasked {
  const chat = chatOfRow(row);
  if (chat === undefined)
    return { kind: "refused", reason: "no-chat", detail: "it has neither messages nor conversations" };
  try {
    return maskRow(reader, chat);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: "refused", reason: error.code, detail: error.message };
  }
}
