import { parseValue } from "../../base/json.ts";
import type { InstancePair } from "../../instance.ts";
import type { Body, Syntax } from "../../syntax.ts";
import type { Recall } from "../../task.ts";
import type { Tree } from "../../tree.ts";
import { findDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { answerSchema } from "./answer.ts";

/** Asked by signature and docstring; the body of the answer is put into the stub's place and judged as any other. */
export async function recallBody(
  { instance, secret }: InstancePair,
  start: Tree,
  syntaxes: SyntaxLookup,
): Promise<Recall> {
  const { target } = parseValue(secret.answer, answerSchema, "the answer");
  const { path } = target;
  const syntax = syntaxes.for(path);
  const content = await start.read(path);
  const source = syntax?.decode(content);
  if (syntax === undefined || source === undefined || "problem" in source) throw unreadable(path);
  const definition = findDefinition(syntax.outline(source), target);
  const body = definition && syntax.bodyOf?.(source, definition);
  if (definition === undefined || body === undefined) throw unreadable(path);
  const { text } = source;
  const before = { mode: start.entry(path)?.mode ?? "100644", content } as const;
  return {
    question: questionOf(instance, text.slice(definition.span.start, body.start)),
    read(answer) {
      const written = bodyIn(answer, definition.name, syntax);
      if (written === undefined) return { right: false, reason: "unreadable" };
      const whole = text.slice(0, body.start) + indented(written, body.indent) + text.slice(body.end);
      const after = syntax.decode(Buffer.from(whole));
      if ("problem" in after || !syntax.validity(after).valid) return { right: false, reason: "unreadable" };
      return { changes: [{ path, before, after: { ...before, content: source.encode(whole) } }] };
    },
  };
}

function unreadable(path: string): RangeError {
  return new RangeError(`${path} was readable before`);
}

function questionOf({ instruction, repository }: InstancePair["instance"], header: string): string {
  return [
    instruction,
    `You cannot look at the repository (${repository.name}) and cannot change it. This is what is left of the function:`,
    `\`\`\`python\n${header}\n\`\`\``,
    "Answer with the whole function in one block of code, signature and docstring as they are, and imports that you need inside its body.",
  ].join("\n\n");
}

interface Written extends Pick<Body, "indent"> {
  readonly text: string;
}

/** The body of the function of that name in the last block of code that has one. */
function bodyIn(answer: string, name: string, syntax: Syntax): Written | undefined {
  const blocks = [...answer.matchAll(/```[^\n]*\n(.*?)```/gs)].map(([, code = ""]) => code);
  for (const code of [answer, ...blocks].toReversed()) {
    const source = syntax.decode(Buffer.from(code));
    if ("problem" in source) continue;
    const found = syntax.outline(source).definitions.findLast((one) => one.name === name);
    const body = found && syntax.bodyOf?.(source, found);
    if (body !== undefined) return { indent: body.indent, text: source.text.slice(body.start, body.end) };
  }
  return undefined;
}

/** On lines of their own, as deep as the stub stands. */
function indented({ text, indent }: Written, wanted: string): string {
  if (!text.trimStart().includes("\n") && !/^\s*\n/.test(text)) return `\n${wanted}${text.trim()}`;
  return text
    .split("\n")
    .map((line) => (line.startsWith(indent) ? wanted + line.slice(indent.length) : line))
    .join("\n");
}
