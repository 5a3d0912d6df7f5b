import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { createCounter } from "../base/counter.ts";
import { InputError } from "../base/errors.ts";
import { defined } from "../base/defined.ts";
import { ROWS_FILE } from "../exporters/row-format.ts";
import { readDocuments } from "../importers/read-documents.ts";
import type { MaskedRow, ModelReader, TokenCounts } from "../mask.ts";
import { chatOfRow } from "../masks/chat-of-row.ts";
import { loadModelReader, type ReaderFiles } from "../masks/load.ts";
import { countTokens, maskRow } from "../masks/of-row.ts";

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

export interface MaskSummary {
  readonly tokenizer_sha256: string;
  readonly template_sha256: string;
  readonly marking: "generation" | "prefix";
  readonly context: number | null;
  readonly rows: number;
  readonly unreadable: Readonly<Record<string, number>>;
  readonly tokens: number;
  readonly trained: number;
  readonly left_out: number;
  readonly trained_in_context: number;
  /** Rows of which no token is trained: a trainer learns nothing from them, or stops at them. */
  readonly nothing_trained: number;
  /** Rows longer than the context. */
  readonly over_long: number;
  /** Of these, rows that train nothing once their end is cut off. */
  readonly nothing_trained_in_context: number;
}

/** Says of each row which tokens a loss is computed on. Rows are handed on one by one; nothing but counts is held. @throws InputError */
export async function mask(
  request: MaskRequest,
  found: (row: RowMask) => void = () => {},
): Promise<MaskSummary> {
  const { tokenizer, template, context, signal } = request;
  const reader = await loadModelReader({ tokenizer, ...defined({ template }) });
  const counts = { rows: 0, tokens: 0, trained: 0, left_out: 0, trained_in_context: 0 };
  const rows = { nothing_trained: 0, over_long: 0, nothing_trained_in_context: 0 };
  const unreadable = createCounter();
  for await (const read of readDocuments(fileOf(request.from))) {
    signal?.throwIfAborted();
    const row = ++counts.rows;
    const one =
      read.kind === "refused"
        ? ({ kind: "unreadable", row, id: null, reason: read.reason, detail: read.detail } as const)
        : maskDocument(reader, read.document, row, context);
    if (one.kind === "unreadable") unreadable.add(one.reason);
    else {
      for (const name of ["tokens", "trained", "left_out", "trained_in_context"] as const)
        counts[name] += one.counts[name];
      if (one.counts.trained === 0) rows.nothing_trained++;
      if (one.counts.tokens > (context ?? Infinity)) rows.over_long++;
      if (one.counts.trained > 0 && one.counts.trained_in_context === 0) rows.nothing_trained_in_context++;
    }
    found(one);
  }
  if (counts.rows === 0) throw nothingToRead(request.from);
  const { sha256: template_sha256, marking } = reader.template;
  const read = {
    tokenizer_sha256: reader.tokenizer.sha256,
    template_sha256,
    marking,
    context: context ?? null,
  };
  return { ...read, ...counts, ...rows, unreadable: unreadable.counts() };
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
  const chat = chatOfRow(document);
  if (chat === undefined)
    return {
      kind: "unreadable",
      row,
      id,
      reason: "no-chat",
      detail: "it has neither messages nor conversations",
    };
  try {
    const masked = maskRow(reader, chat);
    return { kind: "masked", row, id, masked, counts: countTokens(masked, context) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: "unreadable", row, id, reason: error.code, detail: error.message };
  }
}

function nothingToRead(from: string): InputError {
  return new InputError({
    code: "no-rows",
    message: `There are no rows in ${from}`,
    hint: 'Name a folder that "hybrid-gym export" made, or a JSONL file of rows.',
    fields: { from },
  });
}
