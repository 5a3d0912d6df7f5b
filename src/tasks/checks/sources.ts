import { TaskError } from "../../base/errors.ts";
import type { DecodedSource, Syntax } from "../../syntax.ts";
import type { Tree } from "../../tree.ts";

/** The languages at hand: what `loadSyntaxes()` gives. */
export interface SyntaxLookup {
  for(path: string): Syntax | undefined;
}

/** A decoded file, and what starts a comment in its language. */
export type SourceText = DecodedSource & Pick<Syntax, "lineComment">;

/** Decoded source files of one tree. The last few stay in memory; a repository does not fit. */
export interface Sources {
  /** @throws TaskError when the file is not one that a syntax can read. */
  read(path: string): Promise<SourceText>;
}

const KEPT = 8;

export function createSources(tree: Tree, syntaxes: SyntaxLookup): Sources {
  const kept = new Map<string, SourceText>();
  return {
    async read(path) {
      const known = kept.get(path);
      if (known !== undefined) return known;
      const syntax = syntaxes.for(path);
      const decoded = syntax?.decode(await tree.read(path));
      if (syntax === undefined || decoded === undefined || "problem" in decoded) {
        throw new TaskError({
          code: "source-not-readable",
          message: `${path} cannot be read as source text`,
          hint: "The project was loaded from another tree than the one given; load it again.",
          fields: { path },
        });
      }
      const source = { ...decoded, lineComment: syntax.lineComment };
      kept.set(path, source);
      const oldest = kept.keys().next().value;
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
      return source;
    },
  };
}
