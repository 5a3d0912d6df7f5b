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

function judged(grade: Sample["grade"]): { outcome: string | null; reward: number | null } {
  if (grade.kind === "graded") return { outcome: grade.outcome, reward: grade.reward };
  if (grade.kind === "no-verdict") return { outcome: "no-verdict", reward: null };
  if (grade.kind === "ungraded") return { outcome: null, reward: null };
  return { outcome: grade.resolved ? "solved" : "unsolved", reward: null };
}
