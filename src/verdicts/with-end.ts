import type { Verdict } from "../verdict.ts";

/** Says how the agent ended (an `AgentEndReason`) when that is why the work is not done. */
export function withEnd(verdict: Verdict, reason: string): Verdict {
  if (verdict.outcome !== "unsolved" || reason === "finished") return verdict;
  return { ...verdict, reasons: [...new Set([...verdict.reasons, `agent-${reason}`])].sort() };
}
