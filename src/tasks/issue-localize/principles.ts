import type { Json } from "../../base/json.ts";

type Keeping = "kept" | "not-kept" | "does-not-apply";

export interface Measured {
  readonly namedFiles: number;
  readonly namedDefinitions: number;
  readonly lookups: number | null;
  readonly distractors: number;
}

/** How an instance stands to the four principles of task design; thresholds are in docs/tasks/issue-localize.md. */
export function principlesOf(measured: Measured): Record<string, Json> {
  const hard = (measured.lookups === null || measured.lookups >= 3) && measured.distractors >= 1;
  const told = measured.namedFiles + measured.namedDefinitions > 0;
  return {
    output_format: "kept",
    repository_exploration: told ? "not-kept" : "kept",
    non_trivial_reasoning: hard ? "kept" : "not-kept",
    simple_setup: "kept",
  } satisfies Record<string, Keeping>;
}
