import type { AuditCheck } from "../audit.ts";
import type { Walk } from "../fact.ts";
import { around, check } from "./define.ts";

/** What a model says that no model should learn to say. */
export const artefactChecks: readonly AuditCheck[] = [
  check(
    "error",
    "leaked-markup",
    "markup of calls or of a chat template stands in what the model says",
    (walk) => {
      const hasCalls = walk.steps.some(({ calls }) => calls.length > 0);
      return inWords(walk, hasCalls ? MARKUP_BESIDE_CALLS : MARKUP);
    },
  ),
  check("error", "invented-result", "the model writes the result of its call itself", (walk) =>
    inWords(walk, RESULTS),
  ),
  check("warning", "json-tail", "what the model says ends with the rest of a call's JSON", (walk) =>
    inWords(walk, TAIL),
  ),
  check("warning", "meta-talk", "the model speaks of itself as a model, or of a harness", (walk) =>
    inWords(walk, META),
  ),
  check("warning", "repeated-words", "the same text is said at least three times", ({ steps }) => {
    const said = steps.map(({ content }) => content.trim()).filter((text) => text.length > 20);
    const most = [...Map.groupBy(said, (text) => text)].sort((a, b) => b[1].length - a[1].length)[0];
    return most !== undefined && most[1].length >= 3
      ? `${most[1].length} times: ${around(most[0], 0)}`
      : undefined;
  }),
  check("error", "secret", "something that looks like a key or a token stands in it", ({ sample }) => {
    for (const event of sample.events) {
      const text =
        event.type === "turn" || event.type === "result" || event.type === "input" ? event.content : "";
      const found = SECRET.exec(text);
      if (found !== null) return `${found[0].slice(0, 8)}…`;
    }
    return undefined;
  }),
  check("note", "home-path", "a path of somebody's home stands in what the model says", (walk) =>
    inWords(walk, HOME),
  ),
];

const MARKUP = /<\|[a-z_]+\|>|<\/?tool_call>|\[TOOL_CALLS\]|<\/?function_calls>|<\/?antml:/;
const MARKUP_BESIDE_CALLS = new RegExp(`${MARKUP.source}|<function=|<parameter=|</function>`);
const RESULTS = /^(?:OBSERVATION:|EXECUTION RESULT of \[|<tool_response>|<returncode>)/m;
const TAIL = /["'\]}]\s*[\]}]\s*[\]}]\s*$/;
const META =
  /\b[Aa]s an? (?:AI|artificial|language model|LLM)\b|\bmy (?:training data|knowledge cutoff)\b|\bthis (?:benchmark|evaluation harness)\b|SWE-bench/;
const SECRET =
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|\bgh[pousr]_[A-Za-z0-9]{30,}|\bAKIA[A-Z0-9]{16}\b|\bhf_[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const HOME = /(?:\/home\/|\/Users\/)(?!user\b|runner\b|ubuntu\b)[a-z][\w.-]+\//;

function inWords({ steps }: Walk, pattern: RegExp): string | undefined {
  for (const { number, content } of steps) {
    const index = content.search(pattern);
    if (index !== -1) return `step ${number}: ${around(content, index)}`;
  }
  return undefined;
}
