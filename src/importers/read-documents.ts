import { isObject } from "../dialects/shared/json.ts";
import path from "node:path";
import { messageOf } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { ImportSource } from "../importer.ts";

import { isMessageList } from "./shared/recognise.ts";
import { linesOf, MOST_BYTES, type SourceLine, wholeOf } from "./source-bytes.ts";

interface NamedFile {
  readonly file: string;
  readonly name: string;
}

/** Why a row of a file is no document. */
export type RowRefusal = "cut-off" | "damaged" | "not-a-document" | "not-json" | "not-utf-8" | "too-long";

export type DocumentRead =
  | { readonly kind: "document"; readonly document: Json; readonly source: ImportSource }
  | {
      readonly kind: "refused";
      /** `file:row`; the file alone where it is one document. */
      readonly place: string;
      readonly reason: RowRefusal;
      readonly detail: string;
    };

/**
 * The documents of a file: of JSON Lines each line, of JSON the value, or each item of an array of rows; `.gz` and `.zst` are
 * unpacked. Of JSON Lines one line is held at a time. A row that cannot be read is said, and reading goes on.
 * @throws InputError `no-such-file`, `unreadable-file`, `zstd-missing`, `import-too-large`.
 */
export async function* readDocuments(file: string, name = path.basename(file)): AsyncGenerator<DocumentRead> {
  if (/\.(jsonl|ndjson)(\.gz|\.zst)?$/i.test(file)) {
    for await (const line of linesOf(file)) yield* readLine({ file, name }, line);
    return;
  }
  const bytes = await wholeOf(file);
  const whole = parse(bytes);
  if (whole.kind === "value") yield* documentsOf({ file, name }, whole.value);
  else if (isFirstLineJson(bytes))
    for (const line of splitLines(bytes)) yield* readLine({ file, name }, line);
  else yield { kind: "refused", place: file, reason: whole.reason, detail: whole.detail };
}

function* readLine(source: NamedFile, line: SourceLine): Generator<DocumentRead> {
  const refused = { kind: "refused", place: `${source.file}:${line.number}` } as const;
  if (line.kind === "damaged") yield { ...refused, reason: "damaged", detail: line.detail };
  else if (line.kind === "too-long")
    yield { ...refused, reason: "too-long", detail: `a line of more than ${MOST_BYTES} bytes` };
  else if (!isBlank(line.bytes)) {
    const row = parse(line.bytes);
    if (row.kind === "value") yield documentOf(source, row.value, line.number);
    else if (row.reason === "not-json" && line.isLast)
      yield { ...refused, reason: "cut-off", detail: "the last line is no whole JSON value" };
    else yield { ...refused, reason: row.reason, detail: row.detail };
  }
}

/** A list of messages is one conversation; any other list is of rows. */
function* documentsOf(source: NamedFile, value: Json): Generator<DocumentRead> {
  const rows: readonly Json[] | undefined = Array.isArray(value) && !isMessageList(value) ? value : undefined;
  if (rows === undefined) yield documentOf(source, value, undefined);
  else for (const [place, row] of rows.entries()) yield documentOf(source, row, place + 1);
}

function documentOf({ file, name }: NamedFile, document: Json, row: number | undefined): DocumentRead {
  if (isObject(document) || isMessageList(document)) {
    return { kind: "document", document, source: row === undefined ? { name } : { name, row } };
  }
  const place = row === undefined ? file : `${file}:${row}`;
  return {
    kind: "refused",
    place,
    reason: "not-a-document",
    detail: "neither an object nor a list of messages",
  };
}

type Parsed =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "broken"; readonly reason: "not-utf-8" | "not-json"; readonly detail: string };

function parse(bytes: Uint8Array): Parsed {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { kind: "broken", reason: "not-utf-8", detail: "bytes that are no UTF-8" };
  }
  try {
    const value: Json = JSON.parse(text);
    return { kind: "value", value };
  } catch (error) {
    return { kind: "broken", reason: "not-json", detail: messageOf(error).slice(0, 200) };
  }
}

const LINE_END = 10;

/** JSON Lines under another name are common. */
function isFirstLineJson(bytes: Buffer): boolean {
  const end = bytes.indexOf(LINE_END);
  return end !== -1 && parse(bytes.subarray(0, end)).kind === "value";
}

function* splitLines(bytes: Buffer): Generator<SourceLine> {
  for (let from = 0, number = 1; from < bytes.length; number++) {
    const end = bytes.indexOf(LINE_END, from);
    const to = end === -1 ? bytes.length : end;
    yield { kind: "line", number, bytes: bytes.subarray(from, to), isLast: end === -1 };
    from = to + 1;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
