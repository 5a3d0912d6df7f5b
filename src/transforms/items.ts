import type { Changes, EventMark, Item, TransformResult, TransformRow } from "../transform.ts";
import type { Mark, Sample } from "../sample.ts";
import type { ForeignEvent } from "../trajectory.ts";

export type EventOf<T extends ForeignEvent["type"]> = Extract<ForeignEvent, { type: T }>;
export type Turn = EventOf<"turn">;
export type Call = Turn["tool_calls"][number];

/** A sample as transforms work on it: marks go with their events, so that nobody has to count places. */
export function rowOf({ events, marks = [], patch }: Sample): TransformRow {
  const byEvent = Map.groupBy(marks, ({ event }) => event);
  const marksOf = (event: number | null): EventMark[] =>
    (byEvent.get(event) ?? []).map((mark) => {
      const { event: _, ...rest } = mark;
      return rest;
    });
  return {
    items: events.map((event, place) => ({ event, marks: marksOf(place), source: place })),
    patch,
    marks: marksOf(null),
  };
}

/** The events and marks of a row, as a sample has them. */
export function eventsAndMarks({ items, marks }: TransformRow): {
  readonly events: ForeignEvent[];
  readonly marks: Mark[];
} {
  return {
    events: items.map(({ event }) => event),
    marks: [
      ...marks.map((mark): Mark => ({ event: null, ...mark })),
      ...items.flatMap((item, event) => item.marks.map((mark): Mark => ({ event, ...mark }))),
    ],
  };
}

/** As the next transform is given it. */
export function renumbered(row: TransformRow): TransformRow {
  return { ...row, items: row.items.map((item, source) => ({ ...item, source })) };
}

export function isTurn(item: Item): item is Item & { readonly event: Turn } {
  return item.event.type === "turn";
}

/** One row, changed or not. */
export function one(row: TransformRow, changes: Record<string, number>): TransformResult {
  return { kind: "rows", rows: [{ row, changes: positive(changes) }] };
}

export function positive(changes: Record<string, number>): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([, count]) => count > 0));
}

export function refused(reason: string, detail: string): TransformResult {
  return { kind: "refused", reason, detail };
}
