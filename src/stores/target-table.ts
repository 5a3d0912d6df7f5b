import type { TargetState } from "../run.ts";
import { type FoldColumns, stateAt } from "./fold-columns.ts";

/**
 * Targets in the order in which they were declared. Those of a checkpoint stay columns until one is asked for: objects for each of
 * 100,000 would take longer to make, and to keep, than all the rest of opening a run. Two calls may give two equal states.
 */
export class TargetTable implements ReadonlyMap<string, TargetState> {
  readonly #places = new Map<string, number>();
  readonly #columns: FoldColumns | undefined;
  /** Those that were entered or changed since, by place. */
  readonly #states = new Map<number, TargetState>();

  /** @throws RangeError where two targets have the same id. */
  constructor(columns?: FoldColumns) {
    this.#columns = columns;
    for (const id of columns?.id ?? []) this.#places.set(id, this.#places.size);
    if (columns !== undefined && this.size < columns.id.length) throw new RangeError("a target is there twice");
  }

  get size(): number {
    return this.#places.size;
  }

  /** From 0, in the order of all; undefined where it is not declared. */
  placeOf(id: string): number | undefined {
    return this.#places.get(id);
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  get(id: string): TargetState | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#at(place);
  }

  set(id: string, state: TargetState): void {
    const place = this.#places.get(id) ?? this.#places.size;
    this.#places.set(id, place);
    this.#states.set(place, state);
  }

  keys() {
    return this.#places.keys();
  }

  values() {
    return this.#places.values().map((place) => this.#at(place));
  }

  entries() {
    return this.#places.entries().map(([id, place]): [string, TargetState] => [id, this.#at(place)]);
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(look: (state: TargetState, id: string, all: ReadonlyMap<string, TargetState>) => void): void {
    for (const [id, state] of this) look(state, id, this);
  }

  #at(place: number): TargetState {
    const state = this.#states.get(place);
    if (state !== undefined) return state;
    if (this.#columns === undefined) throw new RangeError(`there is no target at ${place}`);
    return stateAt(this.#columns, place);
  }
}
