import { isObject } from "../../dialects/shared/json.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import { readTools } from "../shared/common.ts";
import type { Fields } from "../shared/fields.ts";
import { timed } from "./timed.ts";

type Start = Extract<ForeignEvent, { type: "start" }>;

export interface Beginning {
  readonly agent: { readonly name: string; readonly version: string };
  readonly model: string | undefined;
  readonly instance: string | undefined;
  readonly events: readonly ForeignEvent[];
}

/** Who worked on what with which tools; ours say in `extra` what ATIF has no field for. */
export function readBeginning(document: Fields, id: string, repaired: Set<string>): Beginning {
  const about = document.fields("agent");
  const extra = document.fields("extra");
  const agent = { name: about.text("name") ?? "unknown", version: about.text("version") ?? "unknown" };
  const model = about.text("model_name");
  const instance = extra.text("instance_id");
  const hasTools = about.peek("tool_definitions") !== undefined;
  const tools = readTools(about, "tool_definitions", repaired);
  // A record that lost its beginning says neither who it was nor about what, but may say which tools there were.
  const isThere = instance !== undefined || agent.name !== "unknown" || agent.version !== "unknown";
  if (!isThere) return { agent, model, instance, events: hasTools ? [{ type: "tools", tools }] : [] };
  const start: Start = {
    type: "start",
    schema_version: extra.peek("record_format") === 1 ? 1 : 2,
    ...timed(extra.text("started_at"), repaired),
    attempt: id,
    instance: instance ?? "unknown",
    agent,
    ...(model === undefined ? {} : { model }),
    ...samplingOf(extra),
    tools,
    isolation: extra.text("isolation") ?? "unknown",
  };
  extra.again("record_format", start.schema_version);
  return { agent, model, instance, events: [start] };
}

function samplingOf(extra: Fields): Pick<Start, "sampling"> {
  if (!isObject(extra.peek("sampling"))) return {};
  const sampling = extra.value("sampling");
  return isObject(sampling) ? { sampling } : {};
}
