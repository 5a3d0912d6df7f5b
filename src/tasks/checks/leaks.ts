import { hash32 } from "../../text/minhash.ts";
import { words } from "../../text/words.ts";
import type { Project } from "../../project.ts";
import type { Definition, Span } from "../../syntax.ts";
import type { Tree, TreeEntry } from "../../tree.ts";
import { textWithout, type Sources } from "./sources.ts";

/**
 * Where else a docstring's text stands: in docs, change logs, stubs, translations, or the docstring of a
 * subclass. One pass over all text files; per docstring at most `SKETCH` shingles are kept (the smallest
 * hashes, so that their share estimates the share of all), which bounds the memory.
 */
export interface LeakIndex {
  /** The file that holds most of the docstring's text, its own docstring not counted. */
  worst(path: string, definition: Definition): Leak | undefined;
}

export interface Leak {
  readonly path: string;
  /** The share of the docstring's word shingles found there, 0 to 1. */
  readonly containment: number;
}

const SHINGLE = 5;
const SKETCH = 32;
const LARGEST_FILE = 2_000_000;
const TEXT_FILE =
  /\.(?:py|pyi|pyx|rst|md|txt|html?|po|pot|ipynb|tex|adoc|json|ya?ml|toml|cfg|ini|[cm]?[jt]sx?|go|rs|java|c|h|cc|cpp|hpp)$|(?:^|\/)(?:readme|changes|changelog|news|history|authors)$/i;

export async function buildLeakIndex(project: Project, tree: Tree, sources: Sources): Promise<LeakIndex> {
  const sketches = collectSketches(project);
  const found = new Map<number, Map<string, number>>();
  const outlines = new Map(project.files.map((file) => [file.path, file.outline]));
  for (const entry of tree.entries) {
    if (!isText(entry)) continue;
    const outline = outlines.get(entry.path);
    const text =
      outline === undefined ? decodeText(await tree.read(entry.path)) : (await sources.read(entry.path)).text;
    if (text === undefined) continue;
    for (const segment of segments(entry.path, text, outline?.definitions ?? [], sketches.idOf)) {
      countHits(segment, entry.path, sketches.owners, found);
    }
  }
  return {
    worst(path, definition) {
      const id = sketches.idOf(path, definition);
      const size = id === undefined ? 0 : (sketches.sizes[id] ?? 0);
      if (id === undefined || size === 0) return undefined;
      let worst: Leak | undefined;
      for (const [file, hits] of found.get(id) ?? []) {
        if (worst === undefined || hits / size > worst.containment)
          worst = { path: file, containment: hits / size };
      }
      return worst;
    },
  };
}

interface Sketches {
  /** The docstrings that a shingle's hash belongs to. */
  readonly owners: ReadonlyMap<number, readonly number[]>;
  /** Shingles kept, by docstring. */
  readonly sizes: readonly number[];
  idOf(path: string, definition: Definition): number | undefined;
}

function collectSketches(project: Project): Sketches {
  const owners = new Map<number, number[]>();
  const sizes: number[] = [];
  const ids = new Map<string, number>();
  for (const file of project.files) {
    for (const definition of file.outline.definitions) {
      if (definition.docstring === undefined) continue;
      const hashes = new Set(shingleHashes(definition.docstring.text));
      const sketch = [...hashes].sort((a, b) => a - b).slice(0, SKETCH);
      ids.set(keyOf(file.path, definition), sizes.length);
      for (const hash of sketch) {
        const list = owners.get(hash);
        if (list === undefined) owners.set(hash, [sizes.length]);
        else list.push(sizes.length);
      }
      sizes.push(sketch.length);
    }
  }
  return { owners, sizes, idOf: (path, definition) => ids.get(keyOf(path, definition)) };
}

function keyOf(path: string, definition: Definition): string {
  return `${path}\0${definition.span.start}`;
}

function* shingleHashes(text: string): Generator<number> {
  const sequence = words(text);
  for (let start = 0; start + SHINGLE <= sequence.length; start++) {
    yield hash32(sequence.slice(start, start + SHINGLE).join(" "));
  }
}

/** A piece of a file and the docstring that it is, so that no docstring is found in itself. */
interface Segment {
  readonly text: string;
  readonly owner: number | undefined;
}

function* segments(
  path: string,
  text: string,
  definitions: readonly Definition[],
  idOf: Sketches["idOf"],
): Generator<Segment> {
  const cuts: Span[] = [];
  for (const definition of definitions) {
    if (definition.docstring === undefined) continue;
    cuts.push(definition.docstring.span);
    yield { text: definition.docstring.text, owner: idOf(path, definition) };
  }
  yield { text: textWithout(text, { start: 0, end: text.length }, cuts), owner: undefined };
}

function countHits(
  segment: Segment,
  path: string,
  owners: Sketches["owners"],
  found: Map<number, Map<string, number>>,
): void {
  const hits = new Map<number, number>();
  for (const hash of new Set(shingleHashes(segment.text))) {
    for (const owner of owners.get(hash) ?? []) {
      if (owner !== segment.owner) hits.set(owner, (hits.get(owner) ?? 0) + 1);
    }
  }
  for (const [owner, count] of hits) {
    let files = found.get(owner);
    if (files === undefined) found.set(owner, (files = new Map()));
    // One place that holds much of the text is a leak; many that hold a little each are not.
    if (count > (files.get(path) ?? 0)) files.set(path, count);
  }
}

function isText(entry: TreeEntry): boolean {
  return entry.mode !== "120000" && entry.size <= LARGEST_FILE && TEXT_FILE.test(entry.path);
}

function decodeText(content: Uint8Array): string | undefined {
  return content.subarray(0, 8000).includes(0) ? undefined : new TextDecoder().decode(content);
}
