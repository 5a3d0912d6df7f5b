import type { AttemptHistory } from "../runs/history.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { printable } from "../trajectories/printable.ts";
import { dollars, duration, shortCount } from "./format.ts";
import { formatTable } from "./table.ts";

/** What became of an attempt, and what it took. */
export function describeAttempt(history: AttemptHistory): string {
  const { state, claimed, attempt, interruption } = history;
  const rows: [string, string][] = [["state", state]];
  if (claimed !== undefined) rows.push(["claimed", `${claimed.at} by ${claimed.worker}`]);
  if (interruption !== undefined) {
    rows.push(["interrupted", `${interruption.at}: ${interruption.reason}`]);
    rows.push(...spent(interruption));
  }
  if (attempt !== undefined) {
    const { verdict, end, started_at: began, seconds, model } = attempt;
    const cause = verdict.cause ?? verdict.reasons.join(", ");
    rows.push(["outcome", cause === "" ? verdict.outcome : `${verdict.outcome}: ${cause}`]);
    rows.push(["end", end]);
    rows.push([
      "agent",
      `${attempt.agent} ${attempt.agent_version}${model === undefined ? "" : ` with ${model}`}`,
    ]);
    rows.push(["began", `${began}, took ${duration(seconds)}`]);
    rows.push(...spent(attempt));
  }
  return printable(formatTable(rows));
}

type Spent = Pick<NonNullable<AttemptHistory["attempt"]>, "steps" | "usage" | "dollars">;

function spent({ steps, usage, dollars: cost }: Spent): [string, string][] {
  const { inputTokens, outputTokens, cachedTokens = 0 } = usage;
  const cached = cachedTokens === 0 ? "" : ` (${shortCount(cachedTokens)} cached)`;
  const tokens =
    inputTokens === undefined && outputTokens === undefined
      ? "not counted"
      : `${shortCount(inputTokens ?? 0)} in${cached}, ${shortCount(outputTokens ?? 0)} out`;
  return [
    ["steps", String(steps)],
    ["tokens", tokens],
    ["cost", cost === undefined ? "unknown" : dollars(cost)],
  ];
}

/** An event of a record on one line. */
export function describeEvent(event: TrajectoryEvent): string {
  return printable(`${event.at}  ${event.type}  ${short(contentOf(event))}`.trimEnd());
}

function contentOf(event: TrajectoryEvent): string {
  switch (event.type) {
    case "turn": {
      const calls = event.tool_calls.map(({ name, arguments: args }) => `${name} ${JSON.stringify(args)}`);
      return [event.content, ...calls].filter((text) => text !== "").join(" → ");
    }
    case "result":
      return `${event.tool_name}${event.is_error ? " failed" : ""}: ${event.content}`;
    case "input":
      return `${event.role}: ${event.content}`;
    case "end":
      return [event.reason, event.detail].filter((text) => text !== undefined).join(": ");
    default:
      return "";
  }
}

const LONGEST = 160;

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
