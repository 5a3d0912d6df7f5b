import type { EventMark, Item, TransformRow } from "../transform.ts";
import { isTask, type Parts } from "./steps.ts";
import { noteOf, type Window } from "./windows.ts";

/** What comes before, the steps of the window, and the end; steps that are learned elsewhere are marked. */
export function windowRow(
  row: TransformRow,
  { head, steps, tail }: Parts,
  { from, learned, to }: Window,
  note: boolean,
): { readonly row: TransformRow; readonly context: number } {
  const before = note && from > 0 ? withNote(head.items, noteOf(from)) : head.items;
  const endsWithInput = before.at(-1)?.event.type === "input";
  const within = steps.slice(from, to).flatMap(({ items }, place) => {
    // What was said to the agent about a turn that is not here would stand behind the task as a part of it.
    const kept = place === 0 && from > 0 && endsWithInput ? fromTurn(items) : items;
    return from + place < learned ? kept.map(asContext) : kept;
  });
  const end = tail.items.filter(({ event }) => event.type === "end" || to === steps.length);
  // Definitions of tools that hold from some step on hold in later windows too.
  const tools = steps
    .slice(0, from)
    .flatMap(({ items }) => items.filter(({ event }) => event.type === "tools"));
  return { row: { ...row, items: [...before, ...tools, ...within, ...end] }, context: learned - from };
}

const fromTurn = (items: readonly Item[]) => {
  const turn = items.findIndex(({ event }) => event.type === "turn");
  return items.filter(({ event }, place) => place >= turn || event.type !== "input");
};

function asContext(item: Item): Item {
  if (item.event.type !== "turn") return item;
  const mark: EventMark = { kind: "context", by: "fit" };
  return { ...item, marks: [...item.marks, mark] };
}

function withNote(head: readonly Item[], note: string): Item[] {
  const last = head.findLastIndex(isTask);
  return head.map((item, place) => {
    if (place !== last || item.event.type !== "input") return item;
    const { content } = item.event;
    const from = content.length;
    const mark: EventMark = {
      pointer: "/content",
      from,
      to: from + note.length,
      kind: "synthetic",
      by: "fit",
    };
    return {
      ...item,
      event: { ...item.event, content: `${content}${note}` },
      marks: [...item.marks, mark],
    };
  });
}
