import { toChat } from "../exporters/chat.ts";
import type { Allowance, Item, TransformRow } from "../transform.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { eventChange } from "./check-event.ts";
import { turnChange, turnLoss } from "./check-turn.ts";
import { isTurn, type Turn } from "./items.ts";
import { isBlank } from "./remove-calls.ts";

export interface Breach {
  /** Kebab-case, counted in the manifest. */
  readonly reason: string;
  readonly detail: string;
}

/**
 * What a transform did to a row beyond what it may: undefined where nothing. It knows of no transform, and believes none: each event of the outcome is held
 * against the one that it is said to be.
 */
export function breachIn(before: TransformRow, after: TransformRow, may: Allowance): Breach | undefined {
  return (
    frameBreach(before, after) ??
    orderBreach(before, after, may) ??
    lossBreach(before, after, may) ??
    changeBreach(before, after, may) ??
    pairBreach(before, after, may)
  );
}

function frameBreach(before: TransformRow, after: TransformRow): Breach | undefined {
  const frame = ({ items }: TransformRow) =>
    items.flatMap(({ event }, place) => (event.type === "start" || event.type === "end" ? [place] : []));
  if (frame(before).length !== frame(after).length)
    return { reason: "frame-changed", detail: "the start or the end is gone, or there twice" };
  const isMoved = frame(before).length === 2 && frame(after).at(-1) !== after.items.length - 1;
  return isMoved ? { reason: "frame-changed", detail: "something stands behind the end" } : undefined;
}

/** By the places where events stood; a split turn takes its own results in between. */
function orderBreach(before: TransformRow, after: TransformRow, may: Allowance): Breach | undefined {
  let step = 0;
  const steps = before.items.map((item) => (item.event.type === "result" ? step : ++step));
  let last = -1;
  for (const { source, event } of after.items) {
    if (before.items[source]?.event.type !== event.type)
      return { reason: "event-invented", detail: `a ${event.type} that was not there` };
    const at = may.split ? (steps[source] ?? 0) : source;
    if (at < last) return { reason: "order-changed", detail: `event ${source} comes before others` };
    last = at;
  }
  return undefined;
}

function lossBreach(before: TransformRow, after: TransformRow, may: Allowance): Breach | undefined {
  const kept = new Set(after.items.map(({ source }) => source));
  let names = new Map<string, string>();
  for (const [source, item] of before.items.entries()) {
    if (isTurn(item)) names = new Map(item.event.tool_calls.map(({ id, name }) => [id, name]));
    if (kept.has(source) || (may.cut && item.event.type !== "start" && item.event.type !== "end")) continue;
    const { event } = item;
    // Of a result whose call is still there the pairs tell.
    if (event.type === "result" && may.removeCalls?.(names.get(event.tool_call_id) ?? "")) continue;
    const loss = event.type === "turn" ? turnLoss(event, may) : `a ${event.type} is gone`;
    if (loss !== undefined) return { reason: `${event.type}-lost`, detail: loss };
  }
  return undefined;
}

function changeBreach(before: TransformRow, after: TransformRow, may: Allowance): Breach | undefined {
  const bySource = Map.groupBy(after.items, ({ source }) => source);
  for (const [source, parts] of bySource) {
    const was = before.items[source];
    if (was === undefined) continue;
    const change = changeOf(was, parts, may) ?? markChange(was, parts);
    if (change !== undefined) return { reason: `${was.event.type}-rewritten`, detail: change };
    if (isTurn(was) && !isEmpty(was.event) && parts.some((part) => isTurn(part) && isEmpty(part.event)))
      return { reason: "empty-turn", detail: `nothing is left of event ${source}` };
  }
  if (before.patch !== after.patch && !may.rewrite)
    return { reason: "patch-rewritten", detail: "the patch is another" };
  return undefined;
}

function changeOf(was: Item, parts: readonly Item[], may: Allowance): string | undefined {
  if (isTurn(was)) return turnChange(was, parts, may);
  const [part, ...more] = parts;
  if (part === undefined || more.length > 0) return "it is there twice";
  return eventChange(was, part, may);
}

/** What is not to be learned stays so. */
function markChange(was: Item, parts: readonly Item[]): string | undefined {
  const whole = was.marks.filter(({ pointer }) => pointer === undefined);
  const isKept = parts.every(({ marks }) =>
    whole.every(({ kind }) => marks.some((mark) => mark.pointer === undefined && mark.kind === kind)),
  );
  if (!isKept) return "a mark of it is gone";
  const outside = parts.some(({ event, marks }) =>
    marks.some(({ pointer, to = 0 }) => pointer === "/content" && to > contentOf(event).length),
  );
  return outside ? "a mark reaches beyond its text" : undefined;
}

function contentOf(event: ForeignEvent): string {
  return "content" in event ? event.content : "";
}

function isEmpty({ content, reasoning, tool_calls }: Turn): boolean {
  return isBlank(content) && isBlank(reasoning) && tool_calls.length === 0;
}

function pairBreach(before: TransformRow, after: TransformRow, may: Allowance): Breach | undefined {
  const chat = toChat(after.items.map(({ event }) => event));
  if (chat.kind === "chat") return undefined;
  const was = may.anyRecord === true ? toChat(before.items.map(({ event }) => event)) : undefined;
  const { reason, detail } = chat;
  return was?.kind === "broken" && was.reason === reason ? undefined : { reason, detail };
}
