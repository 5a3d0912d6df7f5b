import type { CodeComparison, Span } from "../../syntax.ts";
import {
  commentDifferences,
  type PlacedComment,
  type PlacedComments,
} from "../shared/comment-differences.ts";
import { lineAt, lineStartsOf, universalNewlines } from "../shared/lines.ts";
import type { Code } from "./code.ts";
import { type DefinitionNode, definitionsOf } from "./definitions.ts";
import type { Dialect } from "./dialects.ts";
import { isDirective } from "./directives.ts";
import { fileDocstring } from "./file-docstring.ts";
import type { Parsed } from "./parse.ts";

type Same = Extract<CodeComparison, { same: true }>;
type DocstringChange = Same["docstrings"][number];

/** Which docstrings and other comments differ between two files of the same code. */
export function reportChanges(dialect: Dialect, before: Side, after: Side): Same {
  const [old, now] = [documented(before), documented(after)];
  return {
    same: true,
    docstrings: docstringChanges(old, now),
    comments: commentDifferences(byPlace(dialect, old), byPlace(dialect, now)),
  };
}

/** One of the two files. */
export interface Side {
  readonly parsed: Parsed;
  readonly code: Code;
}

interface Documented extends Side {
  readonly text: string;
  readonly definitions: readonly DefinitionNode[];
  readonly ofFile: Span | undefined;
}

function documented(side: Side): Documented {
  const definitions = definitionsOf(side.parsed);
  const ofFile = fileDocstring(side.parsed, definitions);
  return { ...side, text: side.parsed.text, definitions: definitions.list, ofFile };
}

function docstringChanges(before: Documented, after: Documented): DocstringChange[] {
  const ofFile = change(before, after, before.ofFile, after.ofFile);
  const changes: DocstringChange[] =
    ofFile === undefined ? [] : [{ qualifiedName: "", ordinal: 0, change: ofFile }];
  after.definitions.forEach(({ qualifiedName, ordinal, docstring }, index) => {
    const found = change(before, after, before.definitions[index]?.docstring, docstring);
    if (found !== undefined) changes.push({ qualifiedName, ordinal, change: found });
  });
  return changes;
}

function change(
  before: Documented,
  after: Documented,
  old: Span | undefined,
  now: Span | undefined,
): DocstringChange["change"] | undefined {
  if (old === undefined) return now === undefined ? undefined : "added";
  if (now === undefined) return "removed";
  return commentText(before.text, old) === commentText(after.text, now) ? undefined : "changed";
}

/** The comments that are no docstrings. */
function byPlace(dialect: Dialect, { text, code, definitions, ofFile }: Documented): PlacedComments {
  const lines = lineStartsOf(text);
  const docstrings = new Set([ofFile?.start, ...definitions.map(({ docstring }) => docstring?.start)]);
  const places = new Map<number, PlacedComment[]>();
  for (const span of code.comments) {
    if (docstrings.has(span.start)) continue;
    const comment = commentText(text, span);
    const place = code.tokensBefore(span.start);
    const comments = places.get(place) ?? [];
    comments.push({
      text: comment,
      line: lineAt(lines, span.start),
      directive: isDirective(comment, dialect.language),
      key: `${isBehindCode(code, place, span.start) ? "behind" : "own"} ${comment}`,
    });
    places.set(place, comments);
  }
  return places;
}

/** Whether a comment stands behind code on its line, which it may be about. */
function isBehindCode({ text, tokens }: Code, place: number, offset: number): boolean {
  const token = tokens[place - 1];
  return token !== undefined && !/[\r\n]/.test(text.slice(token.end, offset));
}

function commentText(text: string, { start, end }: Span): string {
  return universalNewlines(text.slice(start, end));
}
