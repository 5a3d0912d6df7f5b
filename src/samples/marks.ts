import type { Json } from "../base/json.ts";
import type { Mark, Sample } from "../sample.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { spanIn } from "./argument-spans.ts";

/** A stretch of a text in UTF-16 units, `to` behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of one event, what is not to be learned; spans in order, apart from each other and never empty. */
export interface MarkedText {
  /** Nothing of it is, so that the spans cover all of its texts. */
  readonly whole: boolean;
  readonly content: readonly Span[];
  readonly reasoning: readonly Span[];
  /** For each call of a turn, of the text `argumentsText(call)`. */
  readonly arguments: readonly (readonly Span[])[];
  /** Calls, by their place, of which the name is marked too. */
  readonly names: readonly number[];
}

/** Kinds that no one trains on. `split` and `renamed` say where a model's words stand otherwise than it said them: whoever trains may leave these out too. */
export const UNTRAINED: readonly Mark["kind"][] = ["synthetic", "context"];

type Turn = Extract<ForeignEvent, { type: "turn" }>;
type Call = Turn["tool_calls"][number];

/** The arguments as one text, as chat formats have it: JSON, or of a malformed call the very text that the model wrote. */
export function argumentsText({ arguments: given, malformed }: Call): string {
  const raw = given["malformed"];
  return malformed && typeof raw === "string" ? raw : JSON.stringify(given);
}

/**
 * What is marked in each event of a sample, by the event's place. Says nothing of who wrote an event: inputs and results are no model's in any case.
 * @example const markedIn = marksOf(sample); markedIn(3).content
 */
export function marksOf(
  { events, marks = [] }: Pick<Sample, "events" | "marks">,
  kinds: readonly Mark["kind"][] = UNTRAINED,
): (place: number) => MarkedText {
  const byEvent = Map.groupBy(
    marks.filter(({ kind }) => kinds.includes(kind)),
    ({ event }) => event,
  );
  return (place) => {
    const event = events[place];
    return event === undefined ? NONE : markedText(event, byEvent.get(place) ?? []);
  };
}

const NONE: MarkedText = { whole: false, content: [], reasoning: [], arguments: [], names: [] };

function markedText(event: ForeignEvent, marks: readonly Mark[]): MarkedText {
  const whole = marks.some(({ pointer }) => pointer === undefined);
  const calls = event.type === "turn" ? event.tool_calls : [];
  const spansOf = (pointer: string, text: string) => joined(whole ? [spanOf({}, text)] : at(pointer, text));
  const at = (pointer: string, text: string) =>
    marks.filter((mark) => mark.pointer === pointer).map((mark) => spanOf(mark, text));
  return {
    whole,
    content: "content" in event ? spansOf("/content", event.content) : [],
    reasoning: event.type === "turn" ? spansOf("/reasoning", event.reasoning ?? "") : [],
    arguments: calls.map((call, place) => {
      const text = argumentsText(call);
      return joined(whole ? [spanOf({}, text)] : argumentSpans(call, `/tool_calls/${place}`, marks, text));
    }),
    names: calls.flatMap((_, place) => {
      const pointers = [undefined, `/tool_calls/${place}`, `/tool_calls/${place}/name`];
      return marks.some(({ pointer }) => pointers.includes(pointer)) ? [place] : [];
    }),
  };
}

function spanOf({ from = 0, to }: Pick<Mark, "from" | "to">, text: string): Span {
  return { from: Math.min(from, text.length), to: Math.min(to ?? text.length, text.length) };
}

function argumentSpans(call: Call, pointer: string, marks: readonly Mark[], text: string): Span[] {
  return marks.flatMap((mark): Span[] => {
    if (mark.pointer === pointer || mark.pointer === `${pointer}/arguments`) return [spanOf({}, text)];
    if (!mark.pointer?.startsWith(`${pointer}/arguments/`)) return [];
    if (call.malformed) return [spanOf(mark, text)];
    const found = spanIn(call.arguments as Json, mark.pointer.slice(`${pointer}/arguments`.length), mark);
    return found === undefined ? [] : [found];
  });
}

function joined(spans: readonly Span[]): Span[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from >= to) continue;
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}
