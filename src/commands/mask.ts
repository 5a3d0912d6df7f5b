import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { createCounter } from "../base/counter.ts";
import { InputError } from "../base/errors.ts";
import { defined } from "../base/defined.ts";
import { ROWS_FILE } from "../exporters/row-format.ts";
import { readDocuments } from "../importers/read-documents.ts";
import type { MaskedRow, ModelReader, TokenCounts } from "../mask.ts";
import { createTokenFigures, type TokenFigures } from "../masks/figures.ts";
import { loadModelReader, type ReaderFiles } from "../masks/load.ts";
import { countTokens } from "../masks/of-row.ts";
import { tryMaskRow } from "../masks/try-row.ts";

export interface MaskRequest extends ReaderFiles {
  /** An export, or any JSONL file of rows with `messages` or `conversations`. */
  readonly from: string;
  /** Tokens that the trainer takes of a row. */
  readonly context?: number;
  readonly signal?: AbortSignal;
}

/** What a trainer makes of one row. */
export type RowMask =
  | {
      readonly kind: "masked";
      readonly row: number;
      readonly id: string | null;
      readonly counts: TokenCounts;
      readonly masked: MaskedRow;
    }
  | {
      readonly kind: "unreadable";
      readonly row: number;
      readonly id: string | null;
      readonly reason: string;
      readonly detail: string;
    };

/** The figures are of the rows that could be read. */
export interface MaskSummary extends TokenFigures {
  readonly rows: number;
  readonly unreadable: Readonly<Record<string, number>>;
}

/** Says of each row which tokens a loss is computed on. Rows are handed on one by one; nothing but counts is held. @throws InputError */
export async function mask(
  request: MaskRequest,
  found: (row: RowMask) => void = () => {},
): Promise<MaskSummary> {
  const { tokenizer, template, context, signal } = request;
  const reader = await loadModelReader({ tokenizer, ...defined({ template }) });
  const figures = createTokenFigures(reader, context);
  const unreadable = createCounter();
  let rows = 0;
  for await (const read of readDocuments(fileOf(request.from))) {
    signal?.throwIfAborted();
    const row = ++rows;
    const one =
      read.kind === "refused"
        ? ({ kind: "unreadable", row, id: null, reason: read.reason, detail: read.detail } as const)
        : maskDocument(reader, read.document, row, context);
    if (one.kind === "unreadable") unreadable.add(one.reason);
    else figures.add(one.counts);
    found(one);
  }
  if (rows === 0) throw nothingToRead(request.from);
  return { ...figures.figures(), rows, unreadable: unreadable.counts() };
}

function fileOf(from: string): string {
  const inside = path.join(from, ROWS_FILE);
  return existsSync(inside) ? inside : from;
}

const named = z.looseObject({
  attempt_id: z.string().nullish(),
  instance_id: z.string().nullish(),
  id: z.union([z.string(), z.number()]).nullish(),
});

function maskDocument(
  reader: ModelReader,
  document: unknown,
  row: number,
  context: number | undefined,
): RowMask {
  const names = named.safeParse(document).data;
  const id = String(names?.attempt_id ?? names?.instance_id ?? names?.id ?? "") || null;
  const masked = tryMaskRow(document, reader);
  if ("kind" in masked) return { ...masked, kind: "unreadable", row, id };
  return { kind: "masked", row, id, masked, counts: countTokens(masked, context) };
}

function nothingToRead(from: string): InputError {
  return new InputError({
    code: "no-rows",
    message: `There are no rows in ${from}`,
    hint: 'Name a folder that "hybrid-gym export" made, or a JSONL file of rows.',
    fields: { from },
  });
}
