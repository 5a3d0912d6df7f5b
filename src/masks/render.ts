import { printable } from "../trajectories/printable.ts";
import type { MaskedRow, TokenLabel } from "../mask.ts";
import { segmentsOf } from "./of-row.ts";

/** How text of each label is shown. */
export type Paint = Readonly<Record<TokenLabel, (text: string) => string>>;

/** Where there are no colours: what is trained stands in brackets that occur in no code. */
export const BRACKETS: Paint = {
  given: (text) => text,
  trained: (text) => `⟦${text}⟧`,
  "left-out": (text) => `⟦- ${text} -⟧`,
};

/** A row's text as its mask has it. Of longer stretches of context the middle is left out, so that a page shows the whole row. */
export function renderMask(masked: MaskedRow, paint: Paint, longest = Infinity): string {
  return segmentsOf(masked)
    .map(({ label, text }) => paint[label](printable(label === "given" ? shorten(text, longest) : text)))
    .join("");
}

export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = Math.floor(longest / 2);
  return `${text.slice(0, half)}\n… (${text.length - 2 * half} characters)\n${text.slice(-half)}`;
}
