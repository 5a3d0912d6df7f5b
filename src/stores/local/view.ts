import { createHash, type Hash } from "node:crypto";
import type { LedgerEvent } from "../../run.ts";
import { RunFold } from "../fold.ts";
import type { FoldColumns } from "../fold-columns.ts";

/** A line of the ledger: its first byte and how many it has, its newline included. */
export type Span = readonly [byte: number, bytes: number];

/** What a ledger says up to some line, and where in it the rest of what is known of attempts stands. */
export class LedgerView {
  readonly fold: RunFold;
  /** The line of the attempt that ended last, by target. */
  readonly finished: Map<string, Span>;
  /** The lines that say which attempts lie in a pack. */
  readonly packed: Span[];
  /** Of what comes after the last whole line; no event. */
  tornBytes = 0;
  /** How many lines were taken from a checkpoint. */
  readonly checkpointLines: number;
  #bytes: number;
  #lines: number;
  readonly #hash: Hash;

  constructor(from?: ViewParts) {
    this.fold = new RunFold(from?.columns);
    this.finished = from?.finished ?? new Map();
    this.packed = [...(from?.packed ?? [])];
    this.checkpointLines = from?.lines ?? 0;
    this.#bytes = from?.bytes ?? 0;
    this.#lines = from?.lines ?? 0;
    this.#hash = from?.hash ?? createHash("sha256");
  }

  /** How much of the ledger this is. */
  get bytes(): number {
    return this.#bytes;
  }

  get lines(): number {
    return this.#lines;
  }

  /** SHA-256 of that much of it. */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** The next line, with its newline, and what it says; nothing where it is empty. */
  take(event: LedgerEvent | undefined, line: Buffer): void {
    const span = [this.#bytes, line.length] as const;
    if (event?.type === "finished") this.finished.set(event.attempt.target, span);
    if (event?.type === "packed") this.packed.push(span);
    if (event !== undefined) this.fold.apply(event);
    this.#hash.update(line);
    this.#bytes += line.length;
    this.#lines++;
  }
}

export interface ViewParts {
  readonly columns: FoldColumns;
  readonly finished: Map<string, Span>;
  readonly packed: readonly Span[];
  readonly bytes: number;
  readonly lines: number;
  /** Of so many bytes; not yet digested. */
  readonly hash: Hash;
}
