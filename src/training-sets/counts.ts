import { type Counter, createCounter } from "../base/counter.ts";
import type { Sample, SampleGrade } from "../sample.ts";
import type { TrainingSetManifest } from "../training-set.ts";

/** What a set holds: how it is counted for its manifest as its samples pass. */
export function createSetCounts() {
  const [grades, agents, models] = [createCounter(), createCounter(), createCounter()];
  return {
    add({ grade, agent, model }: Sample) {
      grades.add(gradeName(grade));
      agents.add(agent.name);
      models.add(model ?? "unknown");
    },
    counts(refused: Counter): TrainingSetManifest["counts"] {
      const written = grades.total();
      return {
        considered: written + refused.total(),
        written,
        refused: refused.counts(),
        grades: grades.counts(),
        agents: agents.counts(),
        models: models.counts(),
      };
    },
  };
}

/** The outcome where it is graded by us, else what there is instead. */
export function gradeName(grade: SampleGrade): string {
  return grade.kind === "graded" ? grade.outcome : grade.kind;
}
