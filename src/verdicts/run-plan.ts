import { SandboxError } from "../base/errors.ts";
import type { JudgePlan, PlanResult } from "../plan.ts";
import type { SandboxProvider } from "../sandbox.ts";
import { noVerdict } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import type { Workspace } from "../workspace.ts";

export interface PlanPlace {
  /** Unique on this machine. */
  readonly id: string;
  readonly sandboxes: SandboxProvider;
  /** The start state with the agent's diff applied. */
  readonly workspace: Workspace;
}

/** Runs a family's plan in a new sandbox and lets the family decide. A sandbox that fails is `no-verdict`, never a failed attempt. */
export async function runPlan(plan: JudgePlan, place: PlanPlace): Promise<Verdict> {
  const results: PlanResult[] = [];
  try {
    const { id, workspace } = place;
    const limits = plan.limits === undefined ? {} : { limits: plan.limits };
    await using sandbox = await place.sandboxes.start({ id, workspace, ...limits });
    for (const { name, command, ...options } of plan.commands) {
      const words = command.map((word) => word.replaceAll("{files}", sandbox.filesFolder));
      const result = await sandbox.exec(words, options);
      results.push({ name, result });
      if (result.timedOut) break;
    }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return noVerdict(`sandbox:${error.code}`, { detail: error.message });
  }
  return plan.decide(results);
}
