import type { SampleGrade } from "../sample.ts";

/** How a row is labelled. A claim gives no reward: nobody here has judged it. */
export function labelOf(grade: SampleGrade): { resolved: boolean | null; reward: number | null } {
  if (grade.kind === "graded") return { resolved: grade.outcome === "solved", reward: grade.reward };
  return { resolved: grade.kind === "claimed" ? grade.resolved : null, reward: null };
}
