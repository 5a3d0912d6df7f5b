import type { TextMeasure } from "../transform.ts";
import { isTask, type Parts } from "./steps.ts";

export interface WindowOptions {
  /** Tokens that a window may have. */
  readonly length: number;
  readonly policy: "last" | "windows";
  /** Steps of the window before that the next shows again, where there is room. */
  readonly overlap: number;
  readonly note: boolean;
}

/** Steps from `from` to before `to`; those before `learned` are there to be read. */
export interface Window {
  readonly from: number;
  readonly learned: number;
  readonly to: number;
}

export function noteOf(steps: number): string {
  return `\n\n[${steps} earlier ${steps === 1 ? "step is" : "steps are"} left out here.]`;
}

/** The windows of a record; a sentence where a step does not fit into any. */
export function windowsOf(
  { head, steps, tail }: Parts,
  { length, policy, overlap, note }: WindowOptions,
  { count }: TextMeasure,
): Window[] | string {
  const task = head.items.findLast(isTask)?.event.content;
  const noteTokens = (left: number) =>
    !note || left === 0 || task === undefined ? 0 : count(`${task}${noteOf(left)}`) - count(task);
  /** What stands behind the last step goes with it. */
  const stepTokens = steps.map(
    ({ tokens }, place) => tokens + (place === steps.length - 1 ? tail.tokens : 0),
  );
  const tokensFrom = (from: number, to: number) =>
    head.tokens + noteTokens(from) + stepTokens.slice(from, to).reduce((sum, tokens) => sum + tokens, 0);
  const tooLong = (place: number) =>
    `what comes before and step ${place + 1} have ${tokensFrom(place, place + 1)} tokens`;
  if (policy === "last") {
    const from = steps.findIndex((_, place) => tokensFrom(place, steps.length) <= length);
    return from === -1 ? tooLong(steps.length - 1) : [{ from, learned: from, to: steps.length }];
  }
  const windows: Window[] = [];
  for (let learned = 0; learned < steps.length;) {
    let from = Math.max(0, learned - overlap);
    while (from < learned && tokensFrom(from, learned + 1) > length) from++;
    if (tokensFrom(from, learned + 1) > length) return tooLong(learned);
    let to = learned + 1;
    while (to < steps.length && tokensFrom(from, to + 1) <= length) to++;
    windows.push({ from, learned, to });
    learned = to;
  }
  return windows;
}
