import type { DecodedSource, Definition, Syntax } from "../../syntax.ts";
import type { ChangedFile } from "../checks/changed-files.ts";
import { placeComments } from "../checks/comment-places.ts";
import type { Answer, Dependency } from "./answer.ts";
import { markerLine } from "./marker.ts";

/** The marker lines that the changes added, against the dependencies. */
export interface Marks {
  readonly found: readonly Dependency[];
  readonly missing: readonly Dependency[];
  /** Where further marker lines of a dependency stand, as `path:line`. */
  readonly duplicates: readonly string[];
  /** Marker lines above definitions that are no dependencies. */
  readonly others: readonly string[];
  /** Marker lines that stand above no definition. */
  readonly misplaced: readonly string[];
}

/** One line that says the marker, and where it stands. */
interface Mark {
  readonly line: number;
  /** Names of the definitions that it stands above; empty elsewhere. */
  readonly above: readonly string[];
}

/** Only lines that were added count: one that the start state had marks nothing and costs nothing. */
export function findMarks(files: readonly ChangedFile[], answer: Answer): Marks {
  const wanted = new Map(
    answer.dependencies.map((one) => [keyOf(one.path, one.qualified_name, one.ordinal), one]),
  );
  const found = new Set<Dependency>();
  const duplicates: string[] = [];
  const others: string[] = [];
  const misplaced: string[] = [];
  for (const file of files) {
    if (file.kind !== "source") continue;
    for (const { line, above } of addedMarks(file, answer.target.name)) {
      const where = `${file.path}:${line}`;
      const targets = above.map((name) => wanted.get(name)).filter((one) => one !== undefined);
      const open = targets.find((one) => !found.has(one));
      if (open !== undefined) found.add(open);
      else if (targets.length > 0) duplicates.push(where);
      else if (above.length > 0) others.push(where);
      else misplaced.push(where);
    }
  }
  const missing = answer.dependencies.filter((one) => !found.has(one));
  return { found: [...found], missing, duplicates, others, misplaced };
}

function addedMarks(file: Extract<ChangedFile, { kind: "source" }>, target: string): Mark[] {
  const before = new Map<string, number>();
  for (const { above } of marksIn(file.path, file.syntax, file.before, target)) {
    const place = above.join("\n");
    before.set(place, (before.get(place) ?? 0) + 1);
  }
  return marksIn(file.path, file.syntax, file.after, target).filter(({ above }) => {
    const place = above.join("\n");
    const known = before.get(place) ?? 0;
    before.set(place, known - 1);
    return known <= 0;
  });
}

function marksIn(path: string, syntax: Syntax, source: DecodedSource, target: string): Mark[] {
  const marker = markerLine(syntax, target);
  return placeComments(syntax, source)
    .filter(({ comment }) => comment.text.trim() === marker)
    .map(({ comment, above }) => ({
      line: comment.firstLine,
      above: above.map((definition: Definition) => keyOf(path, definition.qualifiedName, definition.ordinal)),
    }));
}

function keyOf(path: string, qualifiedName: string, ordinal: number): string {
  return `${path}#${qualifiedName}#${ordinal}`;
}
