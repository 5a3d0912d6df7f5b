import type { RunState, TargetState } from "../run.ts";

/** Finds something out by a look at each target. */
export interface Surveyor<T> {
  look(target: TargetState): void;
  result(): T;
}

/** One pass for all of them: with 100,000 targets, whose states are made as they are looked at, each pass takes a while. */
export function survey({ targets }: RunState, ...surveyors: readonly Surveyor<unknown>[]): void {
  for (const target of targets.values()) for (const surveyor of surveyors) surveyor.look(target);
}
