import type { Exchange } from "../../exchange.ts";
import type { Conversation } from "./types.ts";

/**
 * The time of each event: a turn came when its exchange ended, all before it when its request came. None is before the one that
 * it follows, though requests that go at once may come before another's answer.
 */
export function timesOf(
  exchanges: readonly Pick<Exchange, "at" | "ms">[],
  { places }: Conversation,
): string[] {
  const times: string[] = [];
  let latest = 0;
  const add = (time: number) => {
    latest = Math.max(latest, time);
    times.push(new Date(latest).toISOString());
  };
  for (const [index, { events, unanswered }] of places.entries()) {
    const { at, ms } = exchanges[index] ?? { at: 0, ms: 0 };
    const began = new Date(at).getTime();
    while (times.length < events) add(began);
    if (unanswered === undefined) add(began + ms);
  }
  return times;
}
