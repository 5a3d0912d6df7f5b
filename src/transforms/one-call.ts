import { z } from "zod";
import { parseValue } from "../base/json.ts";
import type { Item, Transform, TransformRow } from "../transform.ts";
import { isTurn, one, type Turn } from "./items.ts";
import { callMarksMoved } from "./remove-calls.ts";

const parse = (options: unknown) =>
  parseValue(options, z.strictObject({}), "options of the transform one-call");

/** For scaffolds that take one call a turn. Words and reasoning stay with the first; what was spent does too. */
export const oneCall: Transform = {
  name: "one-call",
  version: 1,
  changes: "makes a turn with several calls into as many turns, each followed by its result",
  may: { split: true },
  parseOptions: parse,
  open(options) {
    parse(options);
    return split;
  },
};

function split(row: TransformRow) {
  let [turns, added] = [0, 0];
  const items: Item[] = [];
  for (let place = 0; place < row.items.length; place++) {
    const item = row.items[place];
    if (item === undefined) break;
    if (!isTurn(item) || item.event.tool_calls.length < 2) {
      items.push(item);
      continue;
    }
    const results = row.items.slice(place + 1, resultsEnd(row.items, place + 1));
    place += results.length;
    const parts = partsOf(item);
    for (const part of parts) {
      const [{ id } = { id: "" }] = part.event.tool_calls;
      items.push(
        part,
        ...results.filter(({ event }) => "tool_call_id" in event && event.tool_call_id === id),
      );
    }
    turns++;
    added += parts.length - 1;
  }
  return one({ ...row, items }, { "turns-split": turns, "turns-added": added });
}

function resultsEnd(items: readonly Item[], from: number): number {
  const end = items.findIndex(({ event }, place) => place >= from && event.type !== "result");
  return end === -1 ? items.length : end;
}

function partsOf(item: Item & { readonly event: Turn }): (Item & { readonly event: Turn })[] {
  const { event, marks, source } = item;
  return event.tool_calls.map((call, place) => {
    const own = callMarksMoved(marks, (at) => (at === place ? 0 : -1));
    if (place === 0) return { source, event: { ...event, tool_calls: [call] }, marks: own };
    const { type, at, branch } = event;
    const later: Turn = {
      type,
      ...(at === undefined ? {} : { at }),
      content: "",
      tool_calls: [call],
      usage: {},
      ...(branch === undefined ? {} : { branch }),
    };
    const ofCall = own.filter(({ pointer }) => pointer === undefined || pointer.startsWith("/tool_calls"));
    return { source, event: later, marks: [...ofCall, { kind: "split", by: oneCall.name }] };
  });
}
