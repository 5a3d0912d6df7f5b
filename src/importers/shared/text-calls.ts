import { objectOf } from "../../dialects/shared/json.ts";
import { readParameter } from "../../models/text-tools/calls.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import type { SourceCall } from "./call.ts";

type Tools = Extract<ForeignEvent, { type: "start" }>["tools"];

/** What a model wrote with its calls in the text: the text around them, and they. */
export interface TextTurn {
  readonly content: string;
  readonly calls: readonly SourceCall[];
  readonly rules: readonly string[];
}

/** How a conversation has its calls in its text; undefined where it has none there. */
export type TextStyle = "functions" | "fences" | undefined;

export function styleOf(assistant: readonly string[], user: readonly string[]): TextStyle {
  if (user.some((text) => text.startsWith("<returncode>"))) return "fences";
  return assistant.some((text) => /<function=[^>\n]+>/.test(text)) ? "functions" : undefined;
}

export function readTextTurn(text: string, style: TextStyle, tools: Tools): TextTurn {
  if (style === "functions") return readFunctions(text, tools);
  if (style === "fences") return readFence(text);
  return { content: text, calls: [], rules: [] };
}

const FUNCTION = /<function=([^>\n]+)>([\s\S]*?)(<\/function>|(?=<function=)|$)/g;
const PARAMETER =
  /<parameter=([^>\n]+)>([\s\S]*?)(<\/parameter>(?=\s*(?:<parameter=|<\/function>|<function=|$))|$)/g;

/**
 * `<function=NAME><parameter=KEY>VALUE</parameter></function>` of OpenHands, SWE-agent and their training sets.
 * The end tag is often the word at which the service was told to stop, and missing.
 */
function readFunctions(text: string, tools: Tools): TextTurn {
  const rules: string[] = [];
  const calls = [...text.matchAll(FUNCTION)].map(([, name = "", body = "", end]): SourceCall => {
    if (end === "") rules.push("unclosed-call");
    const schemas = objectOf(tools.find((tool) => tool.name === name)?.parameters["properties"]);
    const pairs = [...body.matchAll(PARAMETER)].map(([, key = "", value = ""]) => [
      key,
      readParameter(value, schemas[key]),
    ]);
    return { name, arguments: Object.fromEntries(pairs), inText: true };
  });
  if (calls.length === 0) return { content: text, calls, rules };
  const around = text.split(FUNCTION).filter((_, place) => place % 4 === 0);
  const [before = "", ...after] = around.map((part, place) => (place === 0 ? part.trimEnd() : part.trim()));
  const behind = after.filter((part) => part !== "");
  if (behind.length > 0) rules.push("text-after-call");
  return { content: [before, ...behind].filter((part) => part !== "").join("\n"), calls, rules };
}

const FENCE = /```(?:mswea_bash_command|bash)[ \t]*\n([\s\S]*?)\n?```/g;

/** mini-swe-agent runs a turn that holds exactly one block, and answers any other with what is wrong with it. */
function readFence(text: string): TextTurn {
  const [block, ...others] = [...text.matchAll(FENCE)];
  if (block === undefined || others.length > 0) return { content: text, calls: [], rules: [] };
  return cut(text, block.index, block[0].length, block[1] ?? "");
}

const ANY_FENCE = /(?:^|\n)```[^\n]*\n([\s\S]*?)\n?```(?=\s|$)/g;

/** SWE-agent runs the last block of a turn. */
export function readLastFence(text: string): TextTurn {
  const block = [...text.matchAll(ANY_FENCE)].at(-1);
  if (block === undefined) return { content: text, calls: [], rules: [] };
  return cut(text, block.index, block[0].length, block[1] ?? "");
}

function cut(text: string, from: number, length: number, command: string): TextTurn {
  const behind = text.slice(from + length).trim();
  const before = text.slice(0, from).trimEnd();
  return {
    content: [before, behind].filter((part) => part !== "").join("\n"),
    calls: [{ name: "bash", arguments: { command: command.trim() }, inText: true }],
    rules: behind === "" ? [] : ["text-after-call"],
  };
}

const WRAPPER = /^(?:EXECUTION RESULT of \[([^\]\n]*)\]:\n?|OBSERVATION:\n|Observation: )/;

/** A result as a user's turn says it: the words around it are the form's, not the tool's. */
export function readTextResult(text: string): { name?: string; content: string } {
  const [wrapper, name] = WRAPPER.exec(text) ?? [""];
  return { ...(name === undefined ? {} : { name }), content: text.slice(wrapper.length) };
}
