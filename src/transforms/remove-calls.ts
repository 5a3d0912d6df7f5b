import { defined } from "../base/defined.ts";
import type { EventMark, Item, TransformRow } from "../transform.ts";
import { isTurn } from "./items.ts";

/** The row without the calls of these tools and without their results; a turn that had nothing else is gone with them. */
export function removeCalls(
  row: TransformRow,
  isRemoved: (toolName: string) => boolean,
): { readonly row: TransformRow; readonly calls: number; readonly turns: number } {
  let [calls, turns] = [0, 0];
  let open = new Set<string>();
  const items = row.items.flatMap((item): Item[] => {
    if (item.event.type === "result") return open.has(item.event.tool_call_id) ? [] : [item];
    if (!isTurn(item)) return [item];
    const { event } = item;
    const removed = event.tool_calls.filter(({ name }) => isRemoved(name));
    open = new Set(removed.map(({ id }) => id));
    if (removed.length === 0) return [item];
    calls += removed.length;
    const kept = event.tool_calls.filter(({ name }) => !isRemoved(name));
    if (kept.length === 0 && isBlank(event.content) && isBlank(event.reasoning)) {
      turns++;
      return [];
    }
    const places = event.tool_calls.map((call) => kept.indexOf(call));
    return [
      { ...item, event: { ...event, tool_calls: kept }, marks: callMarksMoved(item.marks, (p) => places[p]) },
    ];
  });
  return { row: { ...row, items }, calls, turns };
}

export function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}

const CALL = /^\/tool_calls\/(\d+)/;

/** Marks of calls that stand at another place of their turn, or not any more (-1, or nothing). */
export function callMarksMoved(
  marks: readonly EventMark[],
  placeOf: (place: number) => number | undefined,
): EventMark[] {
  return marks.flatMap((mark) => {
    const found = CALL.exec(mark.pointer ?? "");
    if (found === null) return [mark];
    const place = placeOf(Number(found[1])) ?? -1;
    if (place === -1) return [];
    return [{ ...mark, ...defined({ pointer: mark.pointer?.replace(CALL, `/tool_calls/${place}`) }) }];
  });
}
