import type { Json } from "../base/json.ts";
import type { Sample } from "../sample.ts";

/** What a sample says of itself, column by column. What a source claims of itself is no outcome. */
export const IDENTITY = {
  id: ({ id }) => id,
  instance: ({ instance }) => instance,
  task: ({ task }) => task,
  repository: ({ repository }) => repository?.name ?? null,
  language: ({ language }) => language,
  agent: ({ agent }) => agent.name,
  model: ({ model }) => model,
  grade: ({ grade }) => grade.kind,
  outcome: ({ grade }) => (grade.kind === "graded" ? grade.outcome : null),
  claim: ({ grade }) => (grade.kind === "claimed" ? grade.resolved : null),
  reward: ({ grade }) => (grade.kind === "graded" ? grade.reward : null),
  format: ({ origin }) => origin.format,
} satisfies Record<string, (sample: Sample) => Json>;
