import { isDeepStrictEqual } from "node:util";
import type { Allowance, Item } from "../transform.ts";
import { eventChange } from "./check-event.ts";
import { isTurn, type Call, type Turn } from "./items.ts";
import { isBlank } from "./remove-calls.ts";

/** Why a turn may not be gone altogether. */
export function turnLoss({ content, reasoning, tool_calls }: Turn, may: Allowance): string | undefined {
  const kept = tool_calls.find(({ name }) => !may.removeCalls?.(name));
  if (kept !== undefined) return `the call ${kept.id} is gone`;
  if (!may.removeCalls) return "a turn is gone";
  const said = may.removeText ? withoutThoughts(content) : content;
  if (!isBlank(said)) return "a turn with words of its own is gone";
  return isBlank(reasoning) || may.removeText ? undefined : "a turn with reasoning is gone";
}

const THOUGHT = /<(think|thinking)>[^]*?(?:<\/\1>|$)|^[^]*?<\/think(?:ing)?>/g;

function withoutThoughts(content: string): string {
  return content.replaceAll(THOUGHT, "");
}

/** What is otherwise in the parts of a turn than it may be. */
export function turnChange(
  was: Item & { readonly event: Turn },
  parts: readonly Item[],
  may: Allowance,
): string | undefined {
  const turns = parts.filter(isTurn);
  const [first, ...later] = turns;
  if (first === undefined) return "it is gone";
  if (later.length > 0 && !may.split) return "it is there twice";
  const extra = later.find(({ event }) => event.content !== "" || event.reasoning !== undefined);
  if (extra !== undefined) return "a later part has words";
  if (may.rewrite) return eventChange(was, first, may);
  return (
    textChange(was.event, first.event, may) ??
    callsChange(
      was.event.tool_calls,
      turns.flatMap(({ event }) => event.tool_calls),
      may,
    )
  );
}

function textChange(was: Turn, now: Turn, may: Allowance): string | undefined {
  const { content, reasoning, tool_calls: _, ...rest } = now;
  const { content: before, reasoning: thought, tool_calls: __, ...others } = was;
  if (!isDeepStrictEqual(rest, others)) return "what is known of it is otherwise";
  if (reasoning !== thought && !(may.removeText && reasoning === undefined))
    return "its reasoning is otherwise";
  if (content === before || (may.removeText && isWithin(content, before))) return undefined;
  return "its content is otherwise";
}

/** Whether a text is another one with parts left out. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (let place = 0; place < whole.length && at < part.length; place++) if (whole[place] === part[at]) at++;
  return at === part.length;
}

function callsChange(was: readonly Call[], now: readonly Call[], may: Allowance): string | undefined {
  const left = now.values();
  let next = left.next();
  for (const call of was) {
    if (!next.done && isSameCall(call, next.value, may)) next = left.next();
    else if (!may.removeCalls?.(call.name)) return `the call ${call.id} is otherwise or gone`;
  }
  return next.done ? undefined : `the call ${next.value.id} was not there`;
}

function isSameCall(was: Call, now: Call, may: Allowance): boolean {
  if (may.rename) return was.id === now.id && was.malformed === now.malformed;
  return isDeepStrictEqual(was, now) && JSON.stringify(was.arguments) === JSON.stringify(now.arguments);
}
