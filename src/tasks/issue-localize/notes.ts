import type { DecodedSource } from "../../syntax.ts";
import type { ChangedFile } from "../checks/changed-files.ts";
import { placeComments } from "../checks/comment-places.ts";
import { commentsOf } from "../checks/edit-rules.ts";

/** A file in which something was said, and the definitions at which. */
export interface NotedFile {
  readonly path: string;
  /** `qualifiedName#ordinal` of the definitions that a comment stands in, or directly above. */
  readonly definitions: ReadonlySet<string>;
}

/**
 * The files to which comments were added that say something. A comment without a word in it (`#`, a ruler) and one
 * that only lost or gained white space or punctuation are no pointers.
 */
export function notedFiles(files: readonly ChangedFile[]): NotedFile[] {
  return files.flatMap((file) => {
    if (file.kind !== "source") return [];
    const gained = gainedTexts(file);
    const lines = new Set(
      commentsOf(file)
        .filter(({ change, text }) => change !== "removed" && gained.has(wordsOf(text)))
        .map(({ line }) => line),
    );
    if (lines.size === 0) return [];
    const places = placeComments(file.syntax, file.after).filter(({ comment }) =>
      lines.has(comment.firstLine),
    );
    const definitions = places.flatMap(({ above, inside }) => {
      const [at] = above.length > 0 ? above : inside === undefined ? [] : [inside];
      return at === undefined ? [] : [`${at.qualifiedName}#${at.ordinal}`];
    });
    return [{ path: file.path, definitions: new Set(definitions) }];
  });
}

/** The words of comments that stand in the file more often than before: moving a comment says nothing new. */
function gainedTexts({ syntax, before, after }: Extract<ChangedFile, { kind: "source" }>): Set<string> {
  const counts = new Map<string, number>();
  const count = (source: DecodedSource, by: number) => {
    for (const { text } of syntax.comments(source)) {
      const words = wordsOf(text);
      counts.set(words, (counts.get(words) ?? 0) + by);
    }
  };
  count(before, -1);
  count(after, 1);
  return new Set([...counts].filter(([words, gain]) => words !== "" && gain > 0).map(([words]) => words));
}

function wordsOf(comment: string): string {
  return (comment.match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}
