import { hashWords } from "../../text/minhash.ts";
import { createShingleOwners, type ShingleOwners } from "../../text/shingles.ts";
import { words } from "../../text/words.ts";
import type { Project } from "../../project.ts";
import type { Definition, Span } from "../../syntax.ts";
import type { Tree, TreeEntry } from "../../tree.ts";
import { textWithout } from "../../text/definition-code.ts";
import type { Sources } from "./sources.ts";

/**
 * Where else a docstring's text stands: in docs, change logs, stubs, translations, or the docstring of a
 * subclass. One pass over all text files; per docstring at most `SKETCH` shingles are kept (the smallest
 * hashes, so that their share estimates the share of all), which bounds the memory.
 */
export interface LeakIndex {
  /** The file that holds most of the text of a docstring of the project, the docstring itself not counted. */
  worst(definition: Definition): Leak | undefined;
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
  const best = createBestHits(sketches.sizes.length);
  const outlines = new Map(project.files.map((file) => [file.path, file.outline]));
  for (const entry of tree.entries) {
    if (!isText(entry)) continue;
    const outline = outlines.get(entry.path);
    const text =
      outline === undefined ? decodeText(await tree.read(entry.path)) : (await sources.read(entry.path)).text;
    if (text === undefined) continue;
    for (const segment of segments(text, outline?.definitions ?? [], sketches.idOf)) {
      for (const [owner, hits] of countHits(segment, sketches.shingles)) best.add(owner, entry.path, hits);
    }
  }
  return {
    worst(definition) {
      const id = sketches.idOf(definition);
      const size = id === undefined ? 0 : (sketches.sizes[id] ?? 0);
      const found = id === undefined ? undefined : best.of(id);
      return found === undefined || size === 0
        ? undefined
        : { path: found.path, containment: found.hits / size };
    },
  };
}

/** For each docstring the file that holds most of it; of several the first. */
function createBestHits(docstrings: number) {
  const paths: string[] = [];
  const files = new Uint32Array(docstrings);
  const most = new Uint8Array(docstrings);
  return {
    /** One place that holds much of the text is a leak; many that hold a little each are not. */
    add(owner: number, path: string, hits: number): void {
      if (hits <= (most[owner] ?? 0)) return;
      if (paths.at(-1) !== path) paths.push(path);
      files[owner] = paths.length - 1;
      most[owner] = hits;
    },
    of(owner: number): { readonly path: string; readonly hits: number } | undefined {
      const hits = most[owner] ?? 0;
      return hits === 0 ? undefined : { path: paths[files[owner] ?? 0] ?? "", hits };
    },
  };
}

interface Sketches {
  readonly shingles: ShingleOwners;
  /** Shingles kept, by docstring; at most `SKETCH`. */
  readonly sizes: readonly number[];
  idOf(definition: Definition): number | undefined;
}

function collectSketches(project: Project): Sketches {
  const writer = createShingleOwners();
  const sizes: number[] = [];
  const ids = new Map<Definition, number>();
  for (const file of project.files) {
    for (const definition of file.outline.definitions) {
      if (definition.docstring === undefined) continue;
      const sketch = sketchOf(definition.docstring.text);
      for (const hash of sketch) writer.add(hash, sizes.length);
      ids.set(definition, sizes.length);
      sizes.push(sketch.length);
    }
  }
  return { shingles: writer.finish(), sizes, idOf: (definition) => ids.get(definition) };
}

/** The smallest hashes, ascending. */
function sketchOf(text: string): Uint32Array {
  const sequence = words(text);
  const hashes = new Uint32Array(Math.max(0, sequence.length - SHINGLE + 1));
  for (let start = 0; start < hashes.length; start++) {
    hashes[start] = hashWords(sequence, start, start + SHINGLE);
  }
  hashes.sort();
  return hashes.filter((hash, place) => hash !== hashes[place - 1]).slice(0, SKETCH);
}

/** A piece of a file and the docstring that it is, so that no docstring is found in itself. */
interface Segment {
  readonly text: string;
  readonly owner: number | undefined;
}

function* segments(
  text: string,
  definitions: readonly Definition[],
  idOf: Sketches["idOf"],
): Generator<Segment> {
  const cuts: Span[] = [];
  for (const definition of definitions) {
    if (definition.docstring === undefined) continue;
    cuts.push(definition.docstring.span);
    yield { text: definition.docstring.text, owner: idOf(definition) };
  }
  yield { text: textWithout(text, { start: 0, end: text.length }, cuts), owner: undefined };
}

/** How many distinct shingles of each docstring's sketch stand in a segment. */
function countHits(segment: Segment, shingles: ShingleOwners): Map<number, number> {
  const hits = new Map<number, number>();
  const seen = new Set<number>();
  const sequence = words(segment.text);
  for (let start = 0; start + SHINGLE <= sequence.length; start++) {
    const hash = hashWords(sequence, start, start + SHINGLE);
    if (!shingles.mayHave(hash) || seen.has(hash)) continue;
    seen.add(hash);
    for (const owner of shingles.ownersOf(hash)) {
      if (owner !== segment.owner) hits.set(owner, (hits.get(owner) ?? 0) + 1);
    }
  }
  return hits;
}

function isText(entry: TreeEntry): boolean {
  return entry.mode !== "120000" && entry.size <= LARGEST_FILE && TEXT_FILE.test(entry.path);
}

function decodeText(content: Uint8Array): string | undefined {
  return content.subarray(0, 8000).includes(0) ? undefined : new TextDecoder().decode(content);
}
