import { createParser } from "eventsource-parser";
import type { ResponseBody } from "../../dialect.ts";
import { brokeOff, notAResponse } from "./failures.ts";
import { isObject, type JsonObject } from "./json.ts";

/** What came, as it looks: some gateways name the wrong content type, and errors come as JSON where a stream was asked for. */
export function isStream({ contentType, text }: ResponseBody): boolean {
  if (/^\s*[{[<]/.test(text)) return false;
  return /text\/event-stream/i.test(contentType) || /^\s*(data|event|id|retry)?:/.test(text);
}

/** An answer that is one JSON object. */
export function readJsonBody(body: ResponseBody): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch (cause) {
    if (!body.complete) throw brokeOff(`after ${body.text.length} characters`);
    const said = cause instanceof Error ? cause.message : "";
    throw notAResponse(`not JSON (${said}), content type "${body.contentType}"`);
  }
  if (!isObject(value)) throw notAResponse("not a JSON object");
  return value;
}

export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly name: string;
  readonly data: JsonObject;
}

export interface StreamEvents {
  readonly events: readonly StreamEvent[];
  /** Whether `[DONE]` was said. */
  readonly done: boolean;
}

/** The events of a stream; comments (keep-alives) are skipped, line ends may be of any kind. */
export function readEvents({ text }: ResponseBody): StreamEvents {
  const found: { name: string; data: string }[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => found.push({ name: event ?? "message", data }),
  });
  parser.feed(text);
  // What stands after the last empty line: whole where only the empty line was left out, else torn.
  const whole = found.length;
  parser.feed("\n\n");
  const events: StreamEvent[] = [];
  let done = false;
  for (const [index, { name, data }] of found.entries()) {
    if (data.trim() === "[DONE]") {
      done = true;
      continue;
    }
    const value = parsed(data);
    if (isObject(value)) events.push({ name, data: value });
    else if (index >= whole) throw brokeOff("in the middle of an event");
    else if (data.trim() !== "")
      throw notAResponse(`an event that is not a JSON object: ${data.slice(0, 80)}`);
  }
  return { events, done };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One event of a stream as its text. */
export function eventText(data: JsonObject, name?: string): string {
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
