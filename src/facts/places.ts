import type { Action, ActionKind } from "../action.ts";
import type { Walk } from "../fact.ts";

/** An action with the step in which it is and the call's result. */
export interface PlacedAction {
  readonly action: Action;
  /** Number of the step, from 1. */
  readonly step: number;
  readonly failed: boolean;
}

/** All actions of a walk in their order. */
export function actionsOfWalk({ steps }: Walk): PlacedAction[] {
  return steps.flatMap(({ number, calls }) =>
    calls.flatMap(({ actions, result }) =>
      actions.map((action) => ({ action, step: number, failed: result?.failed ?? false })),
    ),
  );
}

const CHANGES: ReadonlySet<ActionKind> = new Set(["write", "remove", "undo"]);
export const RUNS: ReadonlySet<ActionKind> = new Set(["test", "run"]);

/** Steps that change files that are to stay, by their numbers: the first and the last, or undefined where there is none. */
export function editsOf({ steps }: Walk): { readonly first: number; readonly last: number } | undefined {
  const edits = steps.filter(
    ({ component, calls }) =>
      component === "implementation" &&
      calls.some(({ actions }) => actions.some(({ kind }) => CHANGES.has(kind))),
  );
  const [first] = edits;
  const last = edits.at(-1);
  return first === undefined || last === undefined ? undefined : { first: first.number, last: last.number };
}
