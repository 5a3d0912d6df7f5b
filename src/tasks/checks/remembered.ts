import { gitBlobId } from "../../base/hash.ts";
import type { CodeComparison, Comment, DecodedSource, Outline, Syntax, Undecodable } from "../../syntax.ts";
import type { SyntaxLookup } from "./sources.ts";

/** Characters of source text that stay in memory; the files of a few instances. */
const KEPT_CHARACTERS = 6_000_000;

/**
 * The same syntaxes, which read a content once: the cheats of one instance change the same few files over and over,
 * and the instances of one repository start from the same ones. Results are remembered by content, so that they are
 * what they would be without; the least recently used go first.
 */
export function rememberingSyntaxes(syntaxes: SyntaxLookup): SyntaxLookup {
  const remembering = new Map<Syntax, Syntax>();
  return {
    for(path) {
      const syntax = syntaxes.for(path);
      if (syntax === undefined) return undefined;
      let result = remembering.get(syntax);
      if (result === undefined) remembering.set(syntax, (result = remember(syntax)));
      return result;
    },
  };
}

function remember(syntax: Syntax): Syntax {
  const decoded = createDecodedCache((content) => syntax.decode(content));
  const outlines = new WeakMap<DecodedSource, Outline>();
  // The later text is the outer key: a changed file is compared with one start, a start with many changed files.
  const comparisons = new WeakMap<DecodedSource, WeakMap<DecodedSource, CodeComparison>>();
  const comments = new WeakMap<DecodedSource, readonly Comment[]>();
  return {
    language: syntax.language,
    lineComment: syntax.lineComment,
    handles: (path) => syntax.handles(path),
    decode: decoded,
    outline: (source) => getOrMake(outlines, source, () => syntax.outline(source)),
    validity: (source) => syntax.validity(source),
    sameCode(before, after) {
      const known = getOrMake(comparisons, after, () => new WeakMap<DecodedSource, CodeComparison>());
      return getOrMake(known, before, () => syntax.sameCode(before, after));
    },
    comments: (source) => getOrMake(comments, source, () => syntax.comments(source)),
    removeDocstring: (source, definition) => syntax.removeDocstring(source, definition),
    insertDocstring: (source, definition, docstring) => syntax.insertDocstring(source, definition, docstring),
    ...(syntax.bodyOf && { bodyOf: syntax.bodyOf }),
    ...(syntax.imports && { imports: syntax.imports }),
  };
}

function createDecodedCache(decode: Syntax["decode"]): Syntax["decode"] {
  const kept = new Map<string, DecodedSource | Undecodable>();
  let characters = 0;
  return (content) => {
    const key = gitBlobId(content);
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const made = decode(content);
    kept.set(key, made);
    characters += lengthOf(made);
    for (const [oldest, one] of kept) {
      if (characters <= KEPT_CHARACTERS || oldest === key) break;
      kept.delete(oldest);
      characters -= lengthOf(one);
    }
    return made;
  };
}

/** Something for what has no text too, so that the cache stays bounded. */
function lengthOf(source: DecodedSource | Undecodable): number {
  return 100 + ("text" in source ? source.text.length : 0);
}

function getOrMake<Key extends object, Value>(
  known: WeakMap<Key, Value>,
  key: Key,
  make: () => Value,
): Value {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
