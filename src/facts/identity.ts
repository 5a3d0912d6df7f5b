import type { Json } from "../base/json.ts";
import type { Sample } from "../sample.ts";

export const IDENTITY_NAMES: readonly string[] = [
  "id",
  "instance",
  "task",
  "repository",
  "language",
  "agent",
  "model",
  "grade",
  "outcome",
  "claim",
  "reward",
  "format",
];

/** What a sample says of itself, as columns beside the facts of its record. */
export function identityOf(sample: Sample): Readonly<Record<string, Json>> {
  const { id, instance, task, repository, language, agent, model, grade, origin } = sample;
  return {
    id,
    instance,
    task,
    repository: repository?.name ?? null,
    language,
    agent: agent.name,
    model,
    grade: grade.kind,
    ...judged(grade),
    format: origin.format,
  };
}

/** What a source claims of itself is no outcome. */
function judged(grade: Sample["grade"]) {
  if (grade.kind === "graded") return { outcome: grade.outcome, claim: null, reward: grade.reward };
  return { outcome: null, claim: grade.kind === "claimed" ? grade.resolved : null, reward: null };
}
