import type { FileChange } from "../../tree.ts";
import { lineEditsOf } from "../../diffs/changed-lines.ts";

const DIFF = /^(?:diff --git |@@ -\d+(?:,\d+)? \+\d+|--- (?:a\/|\S+\.\w+\s)|\+\+\+ (?:b\/|\S+\.\w+\s))/m;

/** Whether a text has a piece of a diff in it. */
export function holdsDiff(text: string): boolean {
  return DIFF.test(text);
}

/** The lines that changes put in and that their files had nowhere before, white space evened out, those too short to tell left out. */
export function addedLines(changes: readonly FileChange[]): ReadonlySet<string> {
  const added = new Set<string>();
  for (const { before, after } of changes) {
    if (after === undefined) continue;
    const [old, now] = [before, after].map((state) => Buffer.from(state?.content ?? []).toString("utf8"));
    const known = new Set((old ?? "").split("\n").map(even));
    for (const line of lineEditsOf(old ?? "", now ?? "")
      .flatMap(({ newLines }) => newLines)
      .map(even))
      if (isTelling(line) && !known.has(line)) added.add(line);
  }
  return added;
}

/** How many of those lines stand in a text: whole, or within others where they are long. */
export function holdsPatch(text: string, added: ReadonlySet<string>): number {
  const lines = new Set(text.split("\n").map((line) => even(line.replace(/^\s*[>+-]\s?/, ""))));
  const whole = even(text);
  return [...added].filter((line) => lines.has(line) || (line.length >= LONG && whole.includes(line))).length;
}

const LONG = 30;

function even(line: string): string {
  return line.trim().replace(/\s+/g, " ");
}

/** More than a bracket, a keyword or a bare name, and no prose: comments may say what the issue says. */
function isTelling(line: string): boolean {
  return line.length >= 14 && /[=()[\]{}.:<>]/.test(line) && !/^(?:#|\/\/|\*)/.test(line);
}
