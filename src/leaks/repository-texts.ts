import { sha256 } from "../base/hash.ts";
import type { InstancePair } from "../instance.ts";
import type { Tree } from "../tree.ts";
import { type Evidence, weigh } from "./evidence.ts";
import { createFragmentIndex, type FragmentIndex } from "./fragment-index.ts";
import { type HiddenText, hiddenTextOf } from "./hidden-texts.ts";

/** What the instances of one repository hide, and where parts of it stand legitimately in the repository itself. */
export interface RepositoryTexts {
  readonly index: FragmentIndex;
  evidence(pair: InstancePair, start: Tree): Promise<Evidence>;
  /** SHA-256 of each file of a start tree, by path. */
  digests(start: Tree): Promise<ReadonlyMap<string, string>>;
}

/** Reads the repository's tree once, for all its instances. */
export async function readRepositoryTexts(
  pairs: readonly InstancePair[],
  trees: {
    source(pair: InstancePair): Promise<Tree>;
    start(pair: InstancePair): Promise<Tree>;
  },
): Promise<RepositoryTexts> {
  const index = createFragmentIndex();
  const hidden = new Map<string, HiddenText>();
  for (const pair of pairs) {
    const text = await hiddenTextOf(pair, await trees.source(pair), await trees.start(pair), index);
    hidden.set(pair.instance.id, text);
  }
  const contents = new Map<string, { readonly digest: string; readonly found: ReadonlySet<number> }>();
  const known = async (tree: Tree, path: string, blob: string) => {
    let entry = contents.get(blob);
    if (entry === undefined) {
      const content = await tree.read(path);
      contents.set(blob, (entry = { digest: sha256(content), found: index.find([content]) }));
    }
    return entry;
  };
  return {
    index,
    async evidence({ instance }, start) {
      const own = hidden.get(instance.id) ?? { inner: new Set(), bordering: new Set() };
      const places = new Map<string, ReadonlySet<number>>();
      for (const { path, blob } of start.entries) {
        const { found } = await known(start, path, blob);
        const mine = [...found].filter((number) => own.inner.has(number) || own.bordering.has(number));
        if (mine.length > 0) places.set(path, new Set(mine));
      }
      return weigh(own, places);
    },
    async digests(start) {
      const result = new Map<string, string>();
      for (const { path, blob, mode } of start.entries) {
        if (mode !== "120000") result.set(path, (await known(start, path, blob)).digest);
      }
      return result;
    },
  };
}
