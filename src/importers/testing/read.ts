import type { Json } from "../../base/json.ts";
import type { Importer } from "../../importer.ts";
import type { Sample } from "../../sample.ts";
import type { ForeignEvent } from "../../trajectory.ts";

/** A sample of any value that could be written as JSON. */
export function readAs(importer: Importer, document: unknown): Sample {
  const value: Json = JSON.parse(JSON.stringify(document));
  return importer.read(value, { name: "file.jsonl", row: 1 });
}

/** The events of a sample, a line each. */
export function eventsOf({ events }: Sample): string[] {
  return events.map(line);
}

function line(event: ForeignEvent): string {
  const branch = "branch" in event && event.branch !== undefined ? `[${event.branch}] ` : "";
  if (event.type === "start") return ["start", ...event.tools.map(({ name }) => name)].join(" ");
  if (event.type === "end") return `end ${event.reason}`;
  if (event.type === "input") return `${branch}${event.role}: ${event.content}`;
  if (event.type === "result") return `${branch}result ${event.tool_call_id}: ${event.content}`;
  if (event.type !== "turn") return event.type;
  const calls = event.tool_calls.map(
    ({ id, name, arguments: args }) => `${id}=${name}${JSON.stringify(args)}`,
  );
  return [`${branch}turn: ${event.content}`, ...calls].join(" ");
}
