import type { ModelConfig, Target } from "../run.ts";
import { Heap } from "./heap.ts";

type Place = "new" | "ready" | "held" | "delayed" | "running" | "ended";

export interface Entry {
  readonly target: Target;
  readonly lane: Lane;
  readonly group: Group;
  /** Position in the order of all. */
  readonly rank: number;
  place: Place;
  faults: number;
  due: number;
}

/** All targets of a solver. */
export interface Lane {
  /** Position in the order of the configuration. */
  readonly index: number;
  readonly endpoint: string | undefined;
  /** The model there, as errors name it. */
  readonly model: string | undefined;
  readonly ready: Heap<Entry>;
  readonly held: Heap<Entry>;
}

/** All targets of an instance that have not ended. */
export interface Group {
  readonly entries: Entry[];
  running: number;
  solved: boolean;
}

export function createLane(model: ModelConfig | undefined, index: number): Lane {
  const isBefore = (a: Entry, b: Entry) => a.rank < b.rank;
  const endpoint = model?.base_url;
  const named = model === undefined ? undefined : `${model.base_url} (${model.name})`;
  return { index, endpoint, model: named, ready: new Heap(isBefore), held: new Heap(isBefore) };
}

/** What left the queue since it was put there is dropped on the way. */
export function headOf(lane: Lane, from: "ready" | "held"): Entry | undefined {
  const heap = lane[from];
  while (heap.peek() !== undefined && heap.peek()?.place !== from) heap.pop();
  return heap.peek();
}

export function isWaiting({ place }: Entry): boolean {
  return place === "ready" || place === "held" || place === "delayed";
}
