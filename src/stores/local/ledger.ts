import { createHash, type Hash } from "node:crypto";
import { open, truncate, type FileHandle } from "node:fs/promises";
import path from "node:path";
import type { Attempt } from "../../attempt.ts";
import { systemCode } from "../../base/errors.ts";
import { describeWriteFailure, openAppendLog } from "../../base/files.ts";
import type { LedgerEvent } from "../../run.ts";
import type { EventLog } from "../event-store.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { LEDGER } from "./layout.ts";
import { readLine, writeLine } from "./lines.ts";
import { LedgerView, type Span } from "./view.ts";

/** Bytes read at once. */
const CHUNK = 4 * 1024 * 1024;

/** Events after which a checkpoint is written: reading that many takes a fraction of a second. */
const EVENTS_PER_CHECKPOINT = 10_000;

export interface LedgerOptions {
  readonly eventsPerCheckpoint?: number;
}

/** For the run's one writer: appends to what `view` has seen, which sees each event once it is durable. */
export async function openLedger(
  run: string,
  view: LedgerView,
  { eventsPerCheckpoint = EVENTS_PER_CHECKPOINT }: LedgerOptions = {},
): Promise<EventLog> {
  const log = await openAppendLog(path.join(run, LEDGER));
  let saved = view.checkpointLines;
  let saving: Promise<void> | undefined;
  // One at a time. It is there for speed alone: where it cannot be written, the next append says what is wrong with the disk.
  const save = async () => {
    saved = view.lines;
    await writeCheckpoint(run, view).catch(() => {});
    saving = undefined;
  };
  return {
    async append(event) {
      const line = writeLine(event);
      await log.append(line);
      view.take(event, Buffer.from(`${line}\n`));
      if (saving === undefined && view.lines >= saved + eventsPerCheckpoint) saving = save();
    },
    async [Symbol.asyncDispose]() {
      await log.close();
      await saving;
      if (view.lines > saved) await save();
    },
  };
}

/**
 * What the ledger says now: by its checkpoint as far as that fits, then line by line. Safe while a run appends to it. A last line
 * without its newline is what a killed writer left, or one that is being written: it does not count. Any other line that cannot be
 * read means that the file was damaged, and is an error.
 */
export async function readLedger(run: string): Promise<LedgerView> {
  const handle = await openIfThere(path.join(run, LEDGER));
  if (handle === undefined) return new LedgerView();
  try {
    const view = (await fromCheckpoint(run, handle)) ?? new LedgerView();
    for await (const { lines, rest } of linesFrom(handle, view.bytes)) {
      for (const line of lines) view.take(eventOf(line, run, view.bytes, view.lines + 1), line);
      view.tornBytes = rest;
    }
    return view;
  } finally {
    await handle.close();
  }
}

/** All events from the first on, one by one. */
export async function* readEvents(run: string): AsyncGenerator<LedgerEvent> {
  const handle = await openIfThere(path.join(run, LEDGER));
  if (handle === undefined) return;
  try {
    let byte = 0;
    let number = 0;
    for await (const { lines } of linesFrom(handle, 0))
      for (const line of lines) {
        const event = eventOf(line, run, byte, ++number);
        if (event !== undefined) yield event;
        byte += line.length;
      }
  } finally {
    await handle.close();
  }
}

/** The attempts that ended last of these targets, from where they stand in the ledger. */
export async function* readFinished(
  run: string,
  view: LedgerView,
  targets: Iterable<string>,
): AsyncGenerator<Attempt> {
  const handle = await openIfThere(path.join(run, LEDGER));
  if (handle === undefined) return;
  try {
    for (const target of targets) {
      const event = await readSpan(handle, run, view.finishedAt(target) ?? [0, 0]);
      if (event?.type === "finished") yield event.attempt;
    }
  } finally {
    await handle.close();
  }
}

/** What the ledger says of packs; of all of them when left out. */
export async function readPacked(
  run: string,
  view: LedgerView,
  spans: readonly Span[] = view.packed,
): Promise<PackedEvent[]> {
  const handle = await openIfThere(path.join(run, LEDGER));
  if (handle === undefined) return [];
  try {
    const events: PackedEvent[] = [];
    for (const span of spans) {
      const event = await readSpan(handle, run, span);
      if (event?.type === "packed") events.push(event);
    }
    return events;
  } finally {
    await handle.close();
  }
}

export type PackedEvent = Extract<LedgerEvent, { type: "packed" }>;

async function readSpan(
  handle: FileHandle,
  run: string,
  [byte, bytes]: Span,
): Promise<LedgerEvent | undefined> {
  if (bytes === 0) return undefined;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, byte);
  return eventOf(buffer.subarray(0, bytesRead), run, byte);
}

/** Takes a torn last line away before new lines are appended. Only the run's one writer may call it. */
export async function repairLedger(run: string, view: LedgerView): Promise<void> {
  if (view.tornBytes === 0) return;
  const file = path.join(run, LEDGER);
  await truncate(file, view.bytes).catch((error: unknown) => {
    throw describeWriteFailure(error, file);
  });
}

/** Undefined where there is no checkpoint of the ledger as it is. */
async function fromCheckpoint(run: string, handle: FileHandle): Promise<LedgerView | undefined> {
  const checkpoint = await readCheckpoint(run);
  if (checkpoint === undefined) return undefined;
  const { bytes, lines, sha256 } = checkpoint.ledger;
  const hash = await hashOf(handle, bytes);
  if (hash === undefined || hash.copy().digest("hex") !== sha256) return undefined;
  try {
    return new LedgerView({ ...checkpoint, bytes, lines, hash });
  } catch {
    return undefined;
  }
}

/** Of the first `bytes`; undefined where there are fewer. */
async function hashOf(handle: FileHandle, bytes: number): Promise<Hash | undefined> {
  const hash = createHash("sha256");
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)] as const;
  const read = (buffer: Buffer, at: number) => handle.read(buffer, 0, Math.min(CHUNK, bytes - at), at);
  // The next piece is read while this one is summed.
  let [buffer, next] = buffers;
  let reading = read(buffer, 0);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return undefined;
    at += bytesRead;
    if (at < bytes) reading = read(next, at);
    hash.update(buffer.subarray(0, bytesRead));
    [buffer, next] = [next, buffer];
  }
  return hash;
}

/** Whole lines with their newlines, many at once, and how many bytes are there after them. */
async function* linesFrom(
  handle: FileHandle,
  start: number,
): AsyncGenerator<{ readonly lines: readonly Buffer[]; readonly rest: number }> {
  let rest = Buffer.alloc(0);
  for (let at = start; ;) {
    const buffer = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      lines.push(bytes.subarray(from, end + 1));
      from = end + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
    yield { lines, rest: rest.length };
  }
}

const NEWLINE = 0x0a;

/** Undefined for an empty line. */
function eventOf(bytes: Buffer, run: string, byte: number, line?: number): LedgerEvent | undefined {
  const text = bytes.toString("utf8", 0, bytes.length - 1);
  return text === "" ? undefined : readLine(text, { file: path.join(run, LEDGER), line, byte });
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  return open(file, "r").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
}
