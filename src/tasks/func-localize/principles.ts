import type { Json } from "../../base/json.ts";
import type { Options } from "./options.ts";

type Keeping = "kept" | "not-kept" | "does-not-apply";

/** How an instance stands to the four principles of task design; thresholds are in docs/tasks/func-localize.md. */
export function principlesOf(
  options: Options,
  measured: { readonly lookups: number | null; readonly distractors: number },
): Record<string, Json> {
  const hard = (measured.lookups === null || measured.lookups >= 3) && measured.distractors >= 1;
  const masked = (holds: boolean): Keeping =>
    options.masked ? (holds ? "kept" : "not-kept") : "does-not-apply";
  return {
    output_format: "kept",
    repository_exploration: masked(true),
    non_trivial_reasoning: masked(hard),
    simple_setup: "kept",
  } satisfies Record<string, Keeping>;
}
