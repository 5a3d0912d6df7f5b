import { createHash, type Hash } from "node:crypto";
import type { LedgerEvent } from "../../run.ts";
import { RunFold } from "../fold.ts";
import type { FoldColumns } from "../fold-columns.ts";

/** A line of the ledger: its first byte and how many it has, its newline included. */
export type Span = readonly [byte: number, bytes: number];

/** What a ledger says up to some line, and where in it the rest of what is known of attempts stands. */
export class LedgerView {
  readonly fold: RunFold;
  readonly #finished: FinishedColumns;
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
    this.#finished = from?.finished ?? { finished_at: [], finished_bytes: [] };
    this.packed = [...(from?.packed ?? [])];
    this.checkpointLines = from?.lines ?? 0;
    this.#bytes = from?.bytes ?? 0;
    this.#lines = from?.lines ?? 0;
    this.#hash = from?.hash ?? createHash("sha256");
  }

  /** The line of the attempt of a target that ended last; undefined where none has. */
  finishedAt(target: string): Span | undefined {
    const place = this.fold.targets.placeOf(target);
    const bytes = place === undefined ? 0 : this.#bytesAt(place);
    return place === undefined || bytes === 0 ? undefined : [this.#finished.finished_at[place] ?? 0, bytes];
  }

  /** Targets of which an attempt has ended, in the order in which they were declared. */
  finishedTargets(): Iterable<string> {
    return this.fold.targets.keys().filter((_, place) => this.#bytesAt(place) > 0);
  }

  /** An item for each target. */
  toFinishedColumns(): FinishedColumns {
    const { finished_at } = this.#finished;
    const places = Array.from({ length: this.fold.targets.size }, (_, place) => place);
    return {
      finished_at: places.map((place) => finished_at[place] ?? 0),
      finished_bytes: places.map((place) => this.#bytesAt(place)),
    };
  }

  #bytesAt(place: number): number {
    return this.#finished.finished_bytes[place] ?? 0;
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
    if (event?.type === "finished") this.#finish(event.attempt.target, line.length);
    if (event?.type === "packed") this.packed.push([this.#bytes, line.length]);
    if (event !== undefined) this.fold.apply(event);
    this.#hash.update(line);
    this.#bytes += line.length;
    this.#lines++;
  }

  #finish(target: string, bytes: number): void {
    const place = this.fold.targets.placeOf(target);
    if (place === undefined) return;
    this.#finished.finished_at[place] = this.#bytes;
    this.#finished.finished_bytes[place] = bytes;
  }
}

/** Of targets by their place: first byte and bytes of the line of the attempt that ended last; 0 and 0, or no item, for none. */
export interface FinishedColumns {
  readonly finished_at: number[];
  readonly finished_bytes: number[];
}

export interface ViewParts {
  readonly columns: FoldColumns;
  /** Taken over, and written to. */
  readonly finished: FinishedColumns;
  readonly packed: readonly Span[];
  readonly bytes: number;
  readonly lines: number;
  /** Of so many bytes; not yet digested. */
  readonly hash: Hash;
}
