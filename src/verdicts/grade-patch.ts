import { applyDiff } from "../diffs/apply.ts";
import { diffTrees, overlayTree } from "../trees/overlay.ts";
import type { Grader, Question } from "../task.ts";
import type { Tree } from "../tree.ts";
import { unsolved } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";

/**
 * Grades one unified diff: applied to a fresh copy of the start state, then judged; against another tree, where one is named.
 * Reads nothing of the agent's working copy. A diff that cannot be applied is a reason, not an error.
 */
export async function gradePatch(
  grader: Grader,
  question: Question,
  start: Tree,
  patch: Uint8Array,
  judgedFrom: Tree = start,
): Promise<Verdict> {
  const result = await applyDiff(start, patch);
  if (!result.applied) return unsolved([result.reason], { detail: result.detail });
  const { changes } = result;
  if (judgedFrom === start) return grader.judge({ ...question, start, changes });
  const all = await diffTrees(judgedFrom, overlayTree(start, changes));
  return grader.judge({ ...question, start: judgedFrom, changes: all });
}
