import type { Fact, Walk } from "../fact.ts";
import { fact } from "./define.ts";
import { actionsOfWalk, editsOf, type PlacedAction, RUNS } from "./places.ts";

export const verificationFacts: readonly Fact[] = [
  fact("ran_code", "a program, a script or tests were run", (walk) => runsOf(walk).length > 0),
  fact("ran_tests", "tests were run", (walk) => runsOf(walk).some(({ action }) => action.kind === "test")),
  fact("ran_before_first_edit", "something was run before the first edit; null without an edit", (walk) => {
    const [first] = editsOf(walk);
    return first === undefined ? null : runsOf(walk).some(({ step }) => step < first);
  }),
  fact(
    "ran_after_last_edit",
    "something was run after the last edit, or with it; null without an edit",
    (walk) => {
      const last = editsOf(walk).at(-1);
      return last === undefined ? null : runsOf(walk).some(({ step }) => step >= last);
    },
  ),
  fact(
    "verification",
    "after the last edit: `real` where code was run, `fake` where it was only compiled, linted or looked at (`py_compile`, `ast.parse`, `--help`, `git diff`), `none`; null without an edit",
    verification,
  ),
  fact(
    "failing_then_passing",
    "a command that failed is run again word for word and does not fail",
    failingThenPassing,
  ),
];

function runsOf(walk: Walk): PlacedAction[] {
  return actionsOfWalk(walk).filter(({ action }) => RUNS.has(action.kind));
}

const LOOKS = new Set(["check", "review", "inspect"]);

function verification(walk: Walk): string | null {
  const last = editsOf(walk).at(-1);
  if (last === undefined) return null;
  const after = actionsOfWalk(walk).filter(({ step }) => step >= last);
  if (after.some(({ action }) => RUNS.has(action.kind))) return "real";
  return after.some(({ action }) => LOOKS.has(action.kind)) ? "fake" : "none";
}

/** What a failing script prints, where the status is lost behind a pipe. */
const FAILURE = /^Traceback \(most recent call last\)|^E  |^FAILED |\b\d+ failed\b|^FAIL\b|^AssertionError/m;

function failingThenPassing({ steps }: Walk): boolean {
  const failed = new Set<string>();
  for (const { key, actions, result } of steps.flatMap(({ calls }) => calls)) {
    if (result === undefined || !actions.some(({ kind }) => RUNS.has(kind))) continue;
    if (result.failed || FAILURE.test(result.content)) failed.add(key);
    else if (failed.has(key)) return true;
  }
  return false;
}
