import { createRetrieval } from "../../text/retrieval.ts";
import { searchTerms } from "../../text/words.ts";
import type { Tree, TreeEntry } from "../../tree.ts";
import { lexicalLookups } from "../checks/retrievability.ts";
import { fileRole } from "../checks/role.ts";
import type { SyntaxLookup } from "../checks/sources.ts";

/** How hard the words of an issue make it to find one of the gold files. */
export interface FileRetrievability {
  /** Files searched: source text outside of tests. */
  readonly files: number;
  /** Of the gold file that matches best; null when none has a word of the text. */
  readonly rank: number | null;
  /** Other files that score at least `NEAR` of what that one scores. */
  readonly distractors: number;
  /** Lookups that a plain lexical solver needs; null when it never arrives. */
  readonly lookups: number | null;
}

export interface FileSearch {
  find(base: Tree, text: string, gold: ReadonlySet<string>): Promise<FileRetrievability>;
}

const NEAR = 0.75;
const LARGEST_FILE = 1_000_000;
/** Terms that stay in memory; from one commit to the next few files differ. */
const KEPT_TERMS = 4_000_000;

export function createFileSearch(syntaxes: SyntaxLookup): FileSearch {
  const termsOf = rememberTerms();
  return {
    async find(base, text, gold) {
      const writer = createRetrieval();
      const paths: string[] = [];
      for (const entry of base.entries) {
        if (!isSearched(entry, syntaxes)) continue;
        writer.add([...searchTerms(entry.path), ...(await termsOf(base, entry))]);
        paths.push(entry.path);
      }
      const retrieval = writer.finish();
      const terms = searchTerms(text);
      const scores = [...retrieval.score(terms)];
      const isGold = (document: number) => gold.has(paths[document] ?? "");
      const best = Math.max(0, ...scores.filter((_, document) => isGold(document)));
      const others = scores.filter((score, document) => score > 0 && !isGold(document));
      return {
        files: paths.length,
        rank: best === 0 ? null : 1 + others.filter((score) => score > best).length,
        distractors: others.filter((score) => score >= best * NEAR).length,
        lookups: lexicalLookups(retrieval, terms, isGold),
      };
    },
  };
}

export function isSearched({ path, mode, size }: TreeEntry, syntaxes: SyntaxLookup): boolean {
  return (
    mode !== "120000" && size <= LARGEST_FILE && syntaxes.for(path) !== undefined && fileRole(path) !== "test"
  );
}

/** The terms of files, by content; the least recently made go first. */
function rememberTerms(): (tree: Tree, entry: TreeEntry) => Promise<readonly string[]> {
  const known = new Map<string, readonly string[]>();
  let count = 0;
  return async (tree, { path, blob }) => {
    const kept = known.get(blob);
    if (kept !== undefined) return kept;
    const terms = searchTerms(Buffer.from(await tree.read(path)).toString("utf8"));
    known.set(blob, terms);
    count += terms.length;
    for (const [oldest, one] of known) {
      if (count <= KEPT_TERMS || oldest === blob) break;
      known.delete(oldest);
      count -= one.length;
    }
    return terms;
  };
}
