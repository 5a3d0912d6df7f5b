import { readTime } from "../shared/time.ts";

/** The moment of an event; absent where the source does not say one. */
export function timed(text: string | undefined, repaired: Set<string>): { at?: string } {
  const time = readTime(text);
  if (time?.withoutZone === true) repaired.add("time-without-zone");
  return time === undefined ? {} : { at: time.at };
}
