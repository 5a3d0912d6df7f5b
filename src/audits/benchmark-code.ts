import type { FunctionIndex } from "../contamination/functions.ts";
import { lineEdits } from "../diffs/changed-lines.ts";
import { parseDiff } from "../diffs/parse.ts";
import type { SyntaxLookup } from "../tasks/checks/sources.ts";
import { fingerprintOf } from "../tasks/checks/fingerprints.ts";
import type { Syntax } from "../syntax.ts";

/** Names in a line; the rest is `…`. */
const NAMED = 3;

/**
 * Functions that a diff adds whole and that a benchmark's repository has: by their fingerprints, in each run of added lines alone. One of
 * which some lines stood there before is not seen. Undefined where there is none, or the diff cannot be read.
 */
export function benchmarkCodeIn(
  patch: string,
  index: Pick<FunctionIndex, "repositoryOf">,
  syntaxes: SyntaxLookup,
): string | undefined {
  const diff = parseDiff(Buffer.from(patch, "utf8"));
  if ("reason" in diff) return undefined;
  const found = diff.files.flatMap(({ newPath, content }) => {
    const syntax = newPath === undefined ? undefined : syntaxes.for(newPath);
    if (newPath === undefined || syntax === undefined || content.kind !== "text") return [];
    const added = content.hunks.flatMap(lineEdits).map(({ newLines }) => withoutMargin(newLines));
    return added
      .flatMap((text) => knownFunctions(text, syntax, index))
      .map((known) => `${newPath}: ${known}`);
  });
  if (found.length === 0) return undefined;
  return `${found.slice(0, NAMED).join("; ")}${found.length > NAMED ? "; …" : ""}`;
}

function knownFunctions(
  text: string,
  syntax: Syntax,
  { repositoryOf }: Pick<FunctionIndex, "repositoryOf">,
): string[] {
  const source = syntax.decode(Buffer.from(text, "latin1"));
  if ("problem" in source) return [];
  return syntax.outline(source).definitions.flatMap((definition) => {
    if (definition.kind === "class") return [];
    const value = fingerprintOf(source.text, definition, syntax.lineComment);
    const repository = value === undefined ? undefined : repositoryOf(value);
    return repository === undefined ? [] : [`${definition.qualifiedName} of ${repository}`];
  });
}

/** Methods stand in by the width of their class, which is not among the lines. */
function withoutMargin(lines: readonly string[]): string {
  const first = lines.find((line) => line.trim() !== "") ?? "";
  const margin = /^[ \t]*/.exec(first)?.[0] ?? "";
  return lines.map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line)).join("");
}
