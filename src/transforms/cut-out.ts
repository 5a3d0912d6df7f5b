import type { EventMark } from "../transform.ts";

export interface Cut {
  readonly from: number;
  readonly to: number;
}

/** A text without some of its stretches, which are in order and apart, and the marks of what is left of it. */
export function cutOut(
  text: string,
  cuts: readonly Cut[],
  pointer: string,
  marks: readonly EventMark[],
): { readonly text: string; readonly marks: EventMark[] } {
  const moved = (place: number) =>
    place - cuts.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, place) - from), 0);
  let [rest, at] = ["", 0];
  for (const { from, to } of cuts) {
    rest += text.slice(at, from);
    at = to;
  }
  return {
    text: rest + text.slice(at),
    marks: marks.flatMap((mark) => {
      if (mark.pointer !== pointer || mark.from === undefined || mark.to === undefined) return [mark];
      const [from, to] = [moved(mark.from), moved(mark.to)];
      return from < to ? [{ ...mark, from, to }] : [];
    }),
  };
}
