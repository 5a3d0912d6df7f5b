import type { ForeignEvent, TrajectoryMessage } from "../../trajectory.ts";
import { readContent } from "../shared/content.ts";
import type { Fields } from "../shared/fields.ts";
import { timed } from "./timed.ts";
import type { Turn } from "./turn.ts";

type Result = Extract<ForeignEvent, { type: "result" }>;

export type ReadResult = {
  readonly at: { at?: string } | undefined;
  /** Embedded trajectories that it names. */
  readonly refers: readonly string[];
} & (
  | { readonly kind: "result"; readonly fields: Omit<Result, "type" | "at" | "branch"> }
  | { readonly kind: "copied"; readonly message: TrajectoryMessage }
  /** Nothing on the step was called: it is what the agent was told. */
  | { readonly kind: "said"; readonly content: string }
);

type Calls = Turn["tool_calls"];

/**
 * The results on one step. One that does not name its call gets the first of the step's that none names, then the first
 * that is open. `open` are the calls of the line without a result, the step's own among them.
 */
export function readResults(step: Fields, calls: Calls, open: Calls, repaired: Set<string>): ReadResult[] {
  const results = step.fields("observation").list("results");
  const named = new Set(results.map((result) => result.peek("source_call_id")));
  const free = calls.filter(({ id }) => !named.has(id));
  return results.map((result) => {
    const extra = result.fields("extra");
    const content = readContent(result, "content");
    const given = extra.text("at");
    const known = {
      at: given === undefined ? undefined : timed(given, repaired),
      refers: result.list("subagent_trajectory_ref").flatMap((ref) => ref.text("trajectory_id") ?? []),
    };
    const id = result.text("source_call_id") ?? extra.text("unmatched_tool_call_id");
    const call = id === undefined ? (free.shift() ?? open[0]) : open.findLast((one) => one.id === id);
    if (call !== undefined) open.splice(open.indexOf(call), 1);
    if (id === undefined) repaired.add(call === undefined ? "result-without-call" : "result-by-order");
    const owner = id ?? call?.id;
    if (owner === undefined) return { ...known, kind: "said", content };
    const tool_name = extra.text("tool_name") ?? call?.name ?? "unknown";
    if (extra.flag("copied") === true)
      return { ...known, kind: "copied", message: { role: "tool", tool_call_id: owner, tool_name, content } };
    return {
      ...known,
      kind: "result",
      fields: { tool_call_id: owner, tool_name, content, ...moreOf(extra) },
    };
  });
}

function moreOf(extra: Fields): Pick<Result, "is_error" | "truncated_characters" | "finished"> {
  const truncated = extra.count("truncated_characters");
  const finished = extra.flag("finished");
  return {
    is_error: extra.flag("is_error") ?? false,
    ...(truncated === undefined ? {} : { truncated_characters: truncated }),
    ...(finished === undefined ? {} : { finished }),
  };
}
