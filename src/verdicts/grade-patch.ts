import { applyDiff } from "../diffs/apply.ts";
import type { Runner } from "../plan.ts";
import type { Grader, Question } from "../task.ts";
import { diffTrees, overlayTree } from "../trees/overlay.ts";
import type { Tree } from "../tree.ts";
import { unsolved } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import { settle } from "./settle.ts";

export interface GradeInput {
  readonly grader: Grader;
  readonly question: Question;
  /** What the diff applies to. */
  readonly start: Tree;
  /** What the result is held against, where that is another tree. */
  readonly judgedFrom?: Tree;
  readonly patch: Uint8Array;
  /** For graders that must run the result. */
  readonly runner: Runner;
}

/**
 * Grades one unified diff: applied to a fresh copy of the start state, then judged. Reads nothing of the agent's working copy. A
 * diff that cannot be applied is a reason, not an error.
 */
export async function gradePatch(input: GradeInput): Promise<Verdict> {
  const { grader, question, start, judgedFrom = start, runner } = input;
  const applied = await applyDiff(start, input.patch);
  if (!applied.applied) return unsolved([applied.reason], { detail: applied.detail });
  const result = overlayTree(start, applied.changes);
  const changes = judgedFrom === start ? applied.changes : await diffTrees(judgedFrom, result);
  return settle(await grader.judge({ ...question, start: judgedFrom, changes }), result, runner);
}
