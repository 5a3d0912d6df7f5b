import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import { ExchangeFailure } from "./failure.ts";

/**
 * The body with another value of its field `model`, and not one byte else changed: a body that was read and written again would have other
 * numbers and spaces. Readers of JSON differ in what they make of a name that is there twice, escaped or in capitals; such a body could
 * ask for a model that we did not put there.
 * @throws ExchangeFailure `not-a-request` where the name cannot be exchanged surely.
 */
export function withModel(body: Buffer, model: string): Buffer {
  const text = readJson(body);
  const names = [...fieldsOf(text)].filter(({ name }) => name.toLowerCase() === "model");
  const [found] = names;
  if (found === undefined) throw refused("it names no model");
  if (names.length > 1 || text.slice(found.nameStart, found.valueStart).match(/^"model"[\s:]*$/) === null)
    throw refused("its field `model` is there twice, escaped or in capitals");
  const valueEnd = text[found.valueStart] === '"' ? endOfString(text, found.valueStart) : undefined;
  if (valueEnd === undefined) throw refused("its field `model` is no text");
  return Buffer.from(text.slice(0, found.valueStart) + JSON.stringify(model) + text.slice(valueEnd), "utf8");
}

function refused(reason: string): ExchangeFailure {
  return new ExchangeFailure("not-a-request", 400, `the model cannot be exchanged in the body: ${reason}`);
}

function readJson(body: Buffer): string {
  if (!isUtf8(body)) throw refused("it is no UTF-8");
  const text = body.toString("utf8");
  try {
    JSON.parse(text);
  } catch (error) {
    throw refused(`it is no JSON (${messageOf(error).slice(0, 200)})`);
  }
  return text;
}

interface Field {
  readonly name: string;
  /** Where its name begins, with the quotation mark, and where its value does. */
  readonly nameStart: number;
  readonly valueStart: number;
}

/** The fields of the outermost object of a text that is JSON, in one pass. */
function* fieldsOf(text: string): Generator<Field> {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (character !== '"') continue;
    const end = endOfString(text, at);
    const colon = skipSpace(text, end);
    if (depth === 1 && text[colon] === ":") {
      const name = z.string().parse(JSON.parse(text.slice(at, end)));
      yield { name, nameStart: at, valueStart: skipSpace(text, colon + 1) };
    }
    at = end - 1;
  }
}

/** After the closing quotation mark. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (" \t\r\n".includes(text[at] ?? "x")) at++;
  return at;
}
