import type { CommentChange } from "../../syntax.ts";
import { commentDifferences, type PlacedComment } from "../shared/comment-differences.ts";
import { lineAt } from "../shared/lines.ts";
import { isDirective } from "./comments.ts";
import type { ReadSource } from "./read-source.ts";

/** What happened to the comments of two files of the same code. */
export function commentChanges(before: ReadSource, after: ReadSource): CommentChange[] {
  return commentDifferences(byPlace(before), byPlace(after));
}

function byPlace({ tokens, code, lines }: ReadSource): Map<number, PlacedComment[]> {
  const places = new Map<number, PlacedComment[]>();
  for (const { start, end, tokensBefore, ownLine } of tokens.comments) {
    // Blanks at a line's end say nothing: an editor that trims them leaves every `# noqa` as it was.
    const text = tokens.text.slice(start, end).trimEnd();
    const line = lineAt(lines, start);
    const mark = start === 0 && text.startsWith("#!") ? "shebang" : ownLine ? "own" : "behind";
    const place = code.before[tokensBefore] ?? 0;
    const comments = places.get(place) ?? [];
    comments.push({ text, line, directive: isDirective(text, line), key: `${mark} ${text}` });
    places.set(place, comments);
  }
  return places;
}
