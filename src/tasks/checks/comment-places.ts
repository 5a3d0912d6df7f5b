import type { Comment, DecodedSource, Definition, Syntax } from "../../syntax.ts";

/** A comment and what it stands at. */
export interface PlacedComment {
  readonly comment: Comment;
  /**
   * The definitions that it stands directly above: in the unbroken run of comment lines that ends on the line
   * before a definition's first decorator, or before the definition. Several where they start on one line; none elsewhere.
   */
  readonly above: readonly Definition[];
  /** The innermost definition around it. */
  readonly inside?: Definition;
}

/** Every comment of a file with its place. */
export function placeComments(syntax: Syntax, source: DecodedSource): PlacedComment[] {
  const comments = syntax.comments(source);
  const { definitions } = syntax.outline(source);
  const starts = Map.groupBy(definitions, (definition) => definition.firstLine);
  const runs = runsOf(comments);
  return comments.map((comment) => {
    const inside = innermost(definitions, comment.span.start);
    const next = comment.ownLine ? (runs.get(comment.firstLine) ?? comment.lastLine) + 1 : 0;
    return { comment, above: starts.get(next) ?? [], ...(inside === undefined ? {} : { inside }) };
  });
}

/** For each line of a comment that has its lines to itself: the last line of the unbroken run of such lines. */
function runsOf(comments: readonly Comment[]): Map<number, number> {
  const lines = new Set<number>();
  for (const { ownLine, firstLine, lastLine } of comments) {
    if (ownLine) for (let line = firstLine; line <= lastLine; line++) lines.add(line);
  }
  const ends = new Map<number, number>();
  for (const line of [...lines].sort((a, b) => b - a)) ends.set(line, ends.get(line + 1) ?? line);
  return ends;
}

/** Definitions come in source order, so the last one that holds an offset is the innermost. */
function innermost(definitions: readonly Definition[], offset: number): Definition | undefined {
  return definitions.findLast(({ span }) => span.start <= offset && offset < span.end);
}
