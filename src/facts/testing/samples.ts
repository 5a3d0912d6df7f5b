import type { Json } from "../../base/json.ts";
import { sampleOf as anySample } from "../../exporters/testing/records.ts";
import type { Sample } from "../../sample.ts";
import type { ForeignEvent } from "../../trajectory.ts";

type Arguments = { [key: string]: Json };

/** What was called, with what, and what came back. */
export type Told = readonly [name: string, args: Arguments, result?: string];

/** A record in which each line is a turn with one call, or with no call where it is a text. */
export function sampleOf(turns: readonly (Told | string)[], more: Partial<Sample> = {}): Sample {
  const events = turns.flatMap((turn, index): ForeignEvent[] => {
    if (typeof turn === "string") return [{ type: "turn", content: turn, tool_calls: [], usage: {} }];
    const [name, args, content] = turn;
    const id = `call_${index}`;
    const call = { id, name, arguments: args, malformed: false };
    const made: ForeignEvent = { type: "turn", content: "", tool_calls: [call], usage: {} };
    if (content === undefined) return [made];
    return [made, { type: "result", tool_call_id: id, tool_name: name, content, is_error: false }];
  });
  return anySample("orchard.1", {
    instance: "orchard",
    task: null,
    repository: null,
    grade: { kind: "ungraded" },
    events: [{ type: "input", role: "user", content: "Mend it." }, ...events],
    ...more,
  });
}

/** A command in the shell. */
export const bash = (command: string, result = ""): Told => ["bash", { command }, result];

/** A call of the shared editor. */
export const editor = (command: string, path: string, more: Arguments = {}): Told => [
  "str_replace_editor",
  { command, path, ...more },
  "done",
];
