import { isObject } from "../../dialects/shared/json.ts";
import { defined } from "../../base/defined.ts";
import type { Json } from "../../base/json.ts";
import type { ImportSource } from "../../importer.ts";
import type { SampleGrade } from "../../sample.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import type { Fields } from "./fields.ts";

type Start = Extract<ForeignEvent, { type: "start" }>;
type Usage = Extract<ForeignEvent, { type: "turn" }>["usage"];

/**
 * What a source says of itself, by the first of these fields (dotted) that says it: true or false, or a reward, of which 1 is solved.
 * One that says nothing is ungraded, never solved.
 */
export function readClaim(document: Fields, names: readonly string[]): SampleGrade {
  for (const by of names) {
    const path = by.split(".");
    const last = path.pop() ?? by;
    let owner = document;
    for (const name of path) owner = owner.fields(name);
    const said = owner.flag(last) ?? owner.number(last);
    if (said !== undefined) return { kind: "claimed", resolved: said === true || said === 1, by };
  }
  return { kind: "ungraded" };
}

/** Tools in OpenAI's form or the shorter one without `function`. */
export function readTools(owner: Fields, name: string, repaired: Set<string>): Start["tools"] {
  return owner.listOrText(name).flatMap((tool) => {
    tool.again("type", "function");
    const fields = isObject(tool.peek("function")) ? tool.fields("function") : tool;
    const named = fields.text("name") ?? fields.text("title");
    if (named === undefined) return [];
    const description = fields.text("description") ?? "";
    if (!isObject(fields.peek("parameters"))) return [{ name: named, description, parameters: {} }];
    const parameters = fields.value("parameters");
    if (!isFromTable(parameters))
      return [{ name: named, description, parameters: isObject(parameters) ? parameters : {} }];
    repaired.add("nulls-in-tools");
    return [{ name: named, description, parameters: withoutNulls(parameters) }];
  });
}

/** A table gives the parameters of every tool the fields of all others, as null, which no schema can be. */
function isFromTable(parameters: Json | undefined): boolean {
  const properties = isObject(parameters) ? parameters["properties"] : undefined;
  return isObject(properties) && Object.values(properties).includes(null);
}

function withoutNulls(value: Json | undefined): { [key: string]: Json } {
  const entries = isObject(value) ? Object.entries(value).filter(([, item]) => item !== null) : [];
  return Object.fromEntries(
    entries.map(([name, item]) => [name, isObject(item) ? withoutNulls(item) : item]),
  );
}

/** Tokens in the names of Chat Completions or of Responses; nothing where all are 0, as those write who did not count. */
export function readUsage(usage: Fields): Usage | undefined {
  const counts = ["prompt_tokens", "completion_tokens", "input_tokens", "output_tokens"];
  if (counts.every((name) => (usage.peek(name) ?? 0) === 0)) return undefined;
  const inputTokens = usage.count("prompt_tokens") ?? usage.count("input_tokens");
  const outputTokens = usage.count("completion_tokens") ?? usage.count("output_tokens");
  usage.again("total_tokens", (inputTokens ?? 0) + (outputTokens ?? 0));
  const details = isObject(usage.peek("prompt_tokens_details"))
    ? "prompt_tokens_details"
    : "input_tokens_details";
  const cachedTokens = usage.fields(details).count("cached_tokens") ?? usage.count("cache_read_tokens");
  return defined({ inputTokens, outputTokens, cachedTokens });
}

/** Trajectory files are named after their instance, which holds an `owner__name`; other names say nothing. */
export function instanceOfFile({ name }: ImportSource): string | undefined {
  const stem = name.replace(/(\.traj)?(\.json)?(\.gz|\.zst)?$/, "");
  return stem.includes("__") ? stem : undefined;
}

/** How it ended, in our word where it is the same thing, in the source's where not. */
export function endReason(word: string): string {
  const kebab = word
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return kebab === "submitted" ? "finished" : kebab || "unstated";
}

/** `stop` of a turn by OpenAI's word for it. */
export function stopOf(word: string | undefined): Extract<ForeignEvent, { type: "turn" }>["stop"] {
  if (word === undefined) return undefined;
  if (word === "stop") return "end";
  if (word === "tool_calls" || word === "function_call") return "tool-calls";
  return word === "length" ? "length" : "other";
}
