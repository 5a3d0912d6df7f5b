import type { AtifStep, AtifTrajectory } from "./atif-schema.ts";
import { printable } from "./printable.ts";

export interface RenderOptions {
  /** Characters of one text that are shown; all of them when left out. */
  readonly longest?: number;
}

type Line = Pick<AtifTrajectory, "agent" | "steps">;

/** A trajectory as text for people: a line for each step, its calls and results below, branches indented at the end. */
export function renderTrajectory(trajectory: AtifTrajectory, options: RenderOptions = {}): string {
  const {
    agent,
    session_id,
    steps,
    final_metrics: metrics,
    subagent_trajectories: embedded = [],
    extra,
  } = trajectory;
  const tokens = [
    metrics?.total_prompt_tokens === undefined ? [] : `${metrics.total_prompt_tokens} tokens in`,
    metrics?.total_completion_tokens === undefined ? [] : `${metrics.total_completion_tokens} out`,
    metrics?.total_cached_tokens === undefined ? [] : `${metrics.total_cached_tokens} cached`,
  ].flat();
  const heading = [
    session_id,
    `${agent.name} ${agent.version}`,
    agent.model_name ?? [],
    `${steps.length} steps`,
    tokens.length === 0 ? [] : tokens.join(", "),
    endOf(extra ?? {}),
  ].flat();
  const branches = embedded.flatMap((branch) => [
    "",
    `  branch ${branch.trajectory_id} (${describe(branch.extra?.["branch"])})`,
    ...renderLine(branch, options).map((line) => `  ${line}`),
  ]);
  return printable([heading.join(" · "), ...renderLine(trajectory, options), ...branches].join("\n"));
}

function renderLine({ steps }: Line, options: RenderOptions): string[] {
  const first = steps.find((step) => step.timestamp !== undefined)?.timestamp;
  return steps.flatMap((step) => renderStep(step, first, options));
}

function renderStep(step: AtifStep, first: string | undefined, options: RenderOptions): string[] {
  const { metrics, observation, tool_calls: calls = [] } = step;
  const marks = [
    step.timestamp === undefined || first === undefined ? [] : `+${secondsBetween(first, step.timestamp)} s`,
    metrics?.prompt_tokens === undefined ? [] : `${metrics.prompt_tokens} in`,
    metrics?.completion_tokens === undefined ? [] : `${metrics.completion_tokens} out`,
    step.is_copied_context === true ? "copied" : [],
  ].flat();
  return [
    `${String(step.step_id).padStart(4)} ${step.source.padEnd(6)} ${marks.join(", ")}`.trimEnd(),
    ...block("~ ", step.reasoning_content ?? "", options),
    ...block("  ", textOf(step.message), options),
    ...calls.flatMap((call) =>
      block("→ ", `${call.function_name} ${JSON.stringify(call.arguments)}`, options),
    ),
    ...(observation?.results ?? []).flatMap((result) => block("← ", textOf(result.content ?? ""), options)),
  ];
}

function block(mark: string, text: string, { longest }: RenderOptions): string[] {
  if (text === "") return [];
  const shown =
    longest === undefined || text.length <= longest
      ? text
      : `${text.slice(0, longest)}… (${text.length} characters)`;
  return shown.split("\n").map((line, index) => `       ${index === 0 ? mark : "  "}${line}`.trimEnd());
}

function textOf(content: AtifStep["message"]): string {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : `[image ${part.source.path}]`)).join("\n");
}

function secondsBetween(first: string, then: string): string {
  return (Math.max(0, Date.parse(then) - Date.parse(first)) / 1000).toFixed(1);
}

function endOf(extra: NonNullable<AtifTrajectory["extra"]>): string[] {
  if (extra["interrupted"] === true) return ["cut off"];
  const end = extra["end"];
  const reason = typeof end === "object" && end !== null && "reason" in end ? end["reason"] : undefined;
  return typeof reason === "string" ? [reason] : [];
}

function describe(branch: unknown): string {
  if (typeof branch !== "object" || branch === null || !("kind" in branch)) return "other";
  const after = "after" in branch ? `, after turn ${String(branch.after)}` : "";
  return `${String(branch.kind)}${after}`;
}
