import { withoutFrames } from "./mentions.ts";

/** What of a text is prose: blocks of code, stack traces, tables and the comments of issue templates taken out. */
export function proseOf(text: string): string {
  return withoutFrames(text)
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^([ \t]*)(```|~~~)[\s\S]*?(?:^[ \t]*\2[ \t]*$|$(?![\s\S]))/gm, "")
    .split("\n")
    .filter((line) => !/^(?: {4}|\t)\s*\S|^\s*(?:>>>|\.\.\. |\$ |\|)/.test(line))
    .join("\n")
    .trim();
}
