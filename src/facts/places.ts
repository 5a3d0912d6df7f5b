import type { Action, ActionKind } from "../action.ts";
import type { Walk } from "../fact.ts";

/** An action with the step in which it is. */
export interface PlacedAction {
  readonly action: Action;
  /** Number of the step, from 1. */
  readonly step: number;
}

/** All actions of a walk in their order. */
export function actionsOfWalk({ steps }: Walk): PlacedAction[] {
  return steps.flatMap(({ number, calls }) =>
    calls.flatMap(({ actions }) => actions.map((action) => ({ action, step: number }))),
  );
}

export const RUNS: ReadonlySet<ActionKind> = new Set(["test", "run"]);

/** Numbers of the steps that change files that are to stay. */
export function editsOf({ steps }: Walk): number[] {
  return steps.filter(({ component }) => component === "implementation").map(({ number }) => number);
}
