import { createRandom } from "../base/random.ts";
import type { Validation } from "../dataset.ts";
import type { InstancePair } from "../instance.ts";
import type { Runner } from "../plan.ts";
import { questionOf } from "../task.ts";
import type { TaskFamily } from "../task.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { overlayTree } from "../trees/overlay.ts";
import type { FileChange, Tree } from "../tree.ts";
import { settle } from "../verdicts/settle.ts";

/**
 * The evidence that an instance is worth having: its reference solution is judged solved, doing nothing
 * is not, and none of the known cheats is.
 */
export async function checkInstance(
  family: TaskFamily,
  pair: InstancePair,
  start: Tree,
  runner: Runner,
): Promise<Validation> {
  const reasons: string[] = [];
  const judge = async (changes: readonly FileChange[]) =>
    settle(await family.judge({ ...questionOf(pair), start, changes }), overlayTree(start, changes), runner);

  const reference = await judge(await applyFileEdits(start, pair.secret.solution));
  if (reference.resolved !== true) reasons.push(`solution-not-solved:${reference.reasons.join("+")}`);

  const nothing = await judge([]);
  if (nothing.resolved !== false) reasons.push("noop-solved");

  const passing: string[] = [];
  const input = { ...pair, start, random: createRandom(pair.instance.id, "cheats") };
  for (const cheat of await family.cheats(input)) {
    const verdict = await judge(cheat.changes);
    if (verdict.resolved !== false) passing.push(`cheat-solved:${cheat.name}`);
  }
  reasons.push(...passing);

  const checks = {
    solution: reference.resolved === true,
    noop: nothing.resolved === false,
    cheats: passing.length === 0,
  };
  return { id: pair.instance.id, valid: reasons.length === 0, checks, reasons };
}
