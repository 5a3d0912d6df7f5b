import type { PageText } from "../page-data.ts";
import { button, element, formatCount, plural } from "./dom.ts";

/** The length of the whole text, in characters. */
export function lengthOf(text: PageText): number {
  return typeof text === "string" ? text.length : text.head.length + text.omitted + text.tail.length;
}

/** What is there of a text, with a line that says how much is not. */
export function flatten(text: PageText): string {
  if (typeof text === "string") return text;
  return `${text.head}\n${omission(text.omitted)}\n${text.tail}`;
}

function omission(characters: number): string {
  return `[… ${formatCount(characters)} characters are not in this report …]`;
}

export function preformatted(text: PageText, style = ""): HTMLElement {
  if (typeof text === "string") return element("pre", { class: style }, text);
  const note = element("span", { class: "omission" }, omission(text.omitted));
  return element("pre", { class: style }, text.head, "\n", note, "\n", text.tail);
}

const FOLDED_LINES = 14;
const FOLDED_CHARACTERS = 1800;

/** A text whose beginning is shown; the rest on demand. On paper all of it is. */
export function foldedText(text: PageText, style = ""): HTMLElement {
  const whole = preformatted(text, style);
  const content = whole.textContent ?? "";
  const lines = content.split("\n").length;
  if (lines <= FOLDED_LINES + 4 && content.length <= FOLDED_CHARACTERS) return whole;
  const box = element("div", { class: "folded" }, whole);
  const label = (open: boolean) => {
    if (open) return "Show less";
    if (typeof text !== "string") return "Show all that is kept";
    return lines > FOLDED_LINES + 4
      ? `Show all ${plural(lines, "line")}`
      : `Show all ${formatCount(content.length)} characters`;
  };
  const toggle = button(label(false), { class: "more", "aria-expanded": "false" }, () => {
    const open = box.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = label(open);
  });
  box.append(toggle);
  return box;
}
