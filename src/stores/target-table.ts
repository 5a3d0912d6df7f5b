import type { Target, TargetState } from "../run.ts";
import { type FoldColumns, stateAt, targetAt } from "./fold-columns.ts";

/**
 * Targets in the order in which they were declared. Those of a checkpoint stay columns until one is asked for: objects for each of
 * 100,000 would take longer to make, and to keep, than all the rest of opening a run. Two calls may give two equal states.
 */
export class TargetTable implements ReadonlyMap<string, TargetState> {
  readonly #columns: FoldColumns | undefined;
  /** Those that were entered or changed since, by place. */
  readonly #states = new Map<number, TargetState>();
  /** By id, when one is asked for: who looks at all of them needs none. */
  #places: Map<string, number> | undefined;
  #size: number;

  constructor(columns?: FoldColumns) {
    this.#columns = columns;
    this.#size = columns?.id.length ?? 0;
  }

  get size(): number {
    return this.#size;
  }

  /** From 0, in the order of all; undefined where it is not declared. */
  placeOf(id: string): number | undefined {
    this.#places ??= new Map(this.#each((place) => [this.#idAt(place), place] as const));
    return this.#places.get(id);
  }

  has(id: string): boolean {
    return this.placeOf(id) !== undefined;
  }

  get(id: string): TargetState | undefined {
    const place = this.placeOf(id);
    return place === undefined ? undefined : this.#at(place);
  }

  /** Of its state the target alone, which is there sooner. */
  targetOf(id: string): Target | undefined {
    const place = this.placeOf(id);
    if (place === undefined) return undefined;
    return this.#states.get(place)?.target ?? targetAt(this.#saved(), place);
  }

  set(id: string, state: TargetState): void {
    const place = this.placeOf(id) ?? this.#size++;
    this.#places?.set(id, place);
    this.#states.set(place, state);
  }

  keys() {
    return this.#each((place) => this.#idAt(place));
  }

  values() {
    return this.#each((place) => this.#at(place));
  }

  entries() {
    return this.#each((place): [string, TargetState] => [this.#idAt(place), this.#at(place)]);
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(look: (state: TargetState, id: string, all: ReadonlyMap<string, TargetState>) => void): void {
    for (const [id, state] of this) look(state, id, this);
  }

  *#each<T>(item: (place: number) => T): Generator<T, undefined> {
    for (let place = 0; place < this.#size; place++) yield item(place);
  }

  #idAt(place: number): string {
    return this.#states.get(place)?.target.id ?? this.#saved().id.at(place);
  }

  #at(place: number): TargetState {
    return this.#states.get(place) ?? stateAt(this.#saved(), place);
  }

  #saved(): FoldColumns {
    if (this.#columns === undefined) throw new RangeError("a target has a place and no state");
    return this.#columns;
  }
}
