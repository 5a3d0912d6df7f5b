import { SandboxError } from "../base/errors.ts";
import type { Runner } from "../plan.ts";
import type { Judgement } from "../task.ts";
import type { Tree } from "../tree.ts";
import { noVerdict } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";

/**
 * Brings a judgement to its verdict: a plan is run on the result, and its family decides. A sandbox that fails is `no-verdict`,
 * never a failed attempt.
 */
export async function settle(judgement: Judgement, result: Tree, runner: Runner): Promise<Verdict> {
  let next = judgement;
  try {
    while (!("outcome" in next)) next = next.decide(await runner.run({ tree: result, ...next }));
    return next;
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return noVerdict(`sandbox:${error.code}`, { detail: error.message });
  }
}
