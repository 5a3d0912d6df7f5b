import type { Json } from "../../base/json.ts";
import { isObject, objectOf, type JsonObject } from "../../dialects/shared/json.ts";
import { sentArguments, type RawToolCall } from "../../dialects/shared/tool-calls.ts";
import type { ToolCall, ToolDefinition } from "../../model.ts";
import { typesOf } from "./prompt.ts";

/** The word at which a service is asked to stop, so that a turn has one call; it does not give the word itself. */
export const STOP_WORD = "</function";

/** In whose words calls and results are told. */
export type CallStyle = "openhands" | "swe-agent";

/** Parameters whose text SWE-smith puts on lines of its own, and of no others, however many lines they have: what its models learned to write. */
const OWN_LINES: ReadonlySet<string> = new Set(["old_str", "new_str", "file_text"]);

/** A call as text. Lists and objects are JSON, spaced as Python writes it. */
export function writeCall(call: ToolCall, style: CallStyle = "openhands"): string {
  const written = Object.entries(sentArguments(call)).map(
    ([name, value]) => `<parameter=${name}>${writeValue(name, value, style)}</parameter>\n`,
  );
  return `<function=${call.name}>\n${written.join("")}</function>`;
}

/** OpenHands puts a text of more than one line on lines of its own, SWE-smith that of some parameters; readers take one line end away at each side. */
function writeValue(name: string, value: Json, style: CallStyle): string {
  if (typeof value !== "string") return spacedJson(value);
  const isApart = style === "swe-agent" ? OWN_LINES.has(name) || WRAPPED.test(value) : value.includes("\n");
  return isApart ? `\n${value}\n` : value;
}

const WRAPPED = /^\n[\s\S]*\n$/;

function spacedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${spacedJson(item)}`);
  return `{${fields.join(", ")}}`;
}

export interface TextAnswer {
  /** What the model said beside its calls. */
  readonly content: string;
  readonly calls: readonly RawToolCall[];
  /** As it was meant: with the end that the stop word took away. */
  readonly text: string;
}

/** An end of the markup counts where nothing but another call, or nothing, follows: values may contain such ends. */
const BLOCK = /<function=([^>\n]*)>([\s\S]*?)<\/function>(?=\s*(?:<function=|$))/g;
/** Text after a call, though the model is told to write none. */
const LENIENT_BLOCK = /<function=([^>\n]*)>([\s\S]*?)<\/function>/g;
const PARAMETER = /<parameter=([^>\n]+)>([\s\S]*?)<\/parameter>(?=\s*(?:<parameter=|$))/g;

/** Reads calls out of an answer; what is no whole call in this form becomes one whose arguments are the text as it was written. */
export function readCalls(answer: string, cut: boolean, tools: readonly ToolDefinition[]): TextAnswer {
  const text = cut ? answer : withEnd(answer);
  const start = text.indexOf("<function=");
  if (start === -1) return { content: text, calls: [], text };
  const marked = text.slice(start);
  const strict = [...marked.matchAll(BLOCK)];
  const blocks = strict[0]?.index === 0 ? strict : [...marked.matchAll(LENIENT_BLOCK)];
  const calls = blocks.map(([block, name = "", body = ""]) => readCall(block, name, body, tools));
  const rest = blocks.reduce((left, [block]) => left.replace(block, () => ""), marked);
  // What is left of the markup is a call that was cut, or whose name is torn.
  const torn = rest.indexOf("<function");
  const said = [text.slice(0, start), torn === -1 ? rest : rest.slice(0, torn)].map((part) => part.trim());
  return {
    content: said.filter((part) => part !== "").join("\n\n"),
    calls: torn === -1 ? calls : [...calls, tornCall(rest.slice(torn))],
    text,
  };
}

/** The stop word is not given, or only a part of it. */
function withEnd(answer: string): string {
  const last = answer.lastIndexOf("<function=");
  if (last === -1 || answer.slice(last).includes("</function>")) return answer;
  return `${answer
    .trimEnd()
    .replace(/<\/?[a-z]*$/, "")
    .trimEnd()}\n</function>`;
}

function tornCall(text: string): RawToolCall {
  return { name: /^<function=([^>\n]*)/.exec(text)?.[1] ?? "", arguments: text };
}

function readCall(block: string, name: string, body: string, tools: readonly ToolDefinition[]): RawToolCall {
  const parameters = tools.find((tool) => tool.name === name)?.parameters ?? {};
  const schemas = objectOf({ ...parameters }["properties"]);
  const given: JsonObject = {};
  for (const [, parameter = "", value = ""] of body.matchAll(PARAMETER))
    given[parameter] = readParameter(value, schemas[parameter]);
  const whole = body.replaceAll(PARAMETER, "").trim() === "";
  return { name, arguments: whole ? given : block };
}

/** The value of a parameter as it stands between its tags: a text, unless the tool's schema wants something else and this can be read so. */
export function readParameter(text: string, schema: Json | undefined): Json {
  const types = typesOf(objectOf(schema));
  const value = WRAPPED.test(text) && text.length > 1 ? text.slice(1, -1) : text;
  if (types.length === 0 || types.includes("string")) return value;
  const known = /^\s*(True|False|None)\s*$/.exec(value)?.[1];
  try {
    const parsed = JSON.parse(known === undefined ? value : (PYTHON[known] ?? value)) as Json;
    const kind = kindOf(parsed);
    return types.includes(kind) || (kind === "integer" && types.includes("number")) ? parsed : value;
  } catch {
    return value;
  }
}

const PYTHON: Readonly<Record<string, string>> = { True: "true", False: "false", None: "null" };

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value !== "number") return typeof value;
  return Number.isInteger(value) ? "integer" : "number";
}
