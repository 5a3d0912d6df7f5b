import { createHash, type Hash } from "node:crypto";
import type { LedgerEvent } from "../../run.ts";
import { RunFold } from "../fold.ts";
import type { FoldColumns } from "../fold-columns.ts";

/** A line of the ledger: its first byte and how many it has, its newline included. */
export type Span = readonly [byte: number, bytes: number];

/** What a ledger says up to some line, and where in it the rest of what is known of attempts stands. */
export class LedgerView {
  readonly fold: RunFold;
  /** Of targets of a checkpoint, and what came since. */
  readonly #savedFinished: FinishedColumns | undefined;
  readonly #finished = new Map<string, Span>();
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
    this.#savedFinished = from?.finished;
    this.packed = [...(from?.packed ?? [])];
    this.checkpointLines = from?.lines ?? 0;
    this.#bytes = from?.bytes ?? 0;
    this.#lines = from?.lines ?? 0;
    this.#hash = from?.hash ?? createHash("sha256");
  }

  /** The line of the attempt of a target that ended last; undefined where none has. */
  finishedAt(target: string): Span | undefined {
    return this.#finished.get(target) ?? this.#savedAt(this.fold.targets.placeOf(target));
  }

  /** Targets of which an attempt has ended, in the order in which they were declared. */
  finishedTargets(): Iterable<string> {
    return this.fold.targets.keys().filter((target) => this.finishedAt(target) !== undefined);
  }

  toFinishedColumns(): FinishedColumns {
    const spans = Array.from(this.fold.targets.keys(), (target) => this.finishedAt(target) ?? [0, 0]);
    return {
      at: Float64Array.from(spans, ([byte]) => byte),
      bytes: Float64Array.from(spans, ([, bytes]) => bytes),
    };
  }

  #savedAt(place: number | undefined): Span | undefined {
    if (place === undefined || this.#savedFinished === undefined) return undefined;
    const { at, bytes } = this.#savedFinished;
    return (bytes[place] ?? 0) === 0 ? undefined : [at[place] ?? 0, bytes[place] ?? 0];
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
    if (event?.type === "finished") this.#finished.set(event.attempt.target, [this.#bytes, line.length]);
    if (event?.type === "packed") this.packed.push([this.#bytes, line.length]);
    if (event !== undefined) this.fold.apply(event);
    this.#hash.update(line);
    this.#bytes += line.length;
    this.#lines++;
  }
}

/** For each target, first byte and bytes of the line of the attempt that ended last; 0 and 0 for none. */
export interface FinishedColumns {
  readonly at: Float64Array;
  readonly bytes: Float64Array;
}

export interface ViewParts {
  readonly columns: FoldColumns;
  readonly finished: FinishedColumns;
  readonly packed: readonly Span[];
  readonly bytes: number;
  readonly lines: number;
  /** Of so many bytes; not yet digested. */
  readonly hash: Hash;
}
