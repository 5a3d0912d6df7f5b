import type { Comment, DecodedSource } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { commentSpans, ownLine } from "./comments.ts";
import type { Dialect } from "./dialects.ts";
import { scanComments } from "./scan.ts";
import { parsedSource } from "./source.ts";

/** All comments of a file, JSDoc and the `#!` line included; those of a refused file by their looks. */
export function commentsOf(dialect: Dialect, source: DecodedSource): Comment[] {
  const { text } = source;
  const lines = lineStartsOf(text);
  const parsed = parsedSource(dialect, source);
  const spans = "file" in parsed ? commentSpans(parsed) : scanComments(text).comments;
  return spans.map((span) => ({
    text: text.slice(span.start, span.end),
    span,
    firstLine: lineAt(lines, span.start),
    lastLine: lineAt(lines, span.end - 1),
    ownLine: ownLine(text, span),
  }));
}
