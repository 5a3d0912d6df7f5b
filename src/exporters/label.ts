import type { Json } from "../base/json.ts";
import type { Sample, SampleGrade } from "../sample.ts";

/** What every row says of its sample, in front of the conversation. */
export function columnsOf({ instance, id, grade, model, agent }: Sample): Record<string, Json> {
  return {
    instance_id: instance,
    attempt_id: id,
    ...labelOf(grade),
    model,
    agent: agent.version === null ? agent.name : `${agent.name}@${agent.version}`,
  };
}

/** A claim gives no reward: nobody here has judged it. */
function labelOf(grade: SampleGrade): { resolved: boolean | null; reward: number | null } {
  if (grade.kind === "graded") return { resolved: grade.outcome === "solved", reward: grade.reward };
  return { resolved: grade.kind === "claimed" ? grade.resolved : null, reward: null };
}
