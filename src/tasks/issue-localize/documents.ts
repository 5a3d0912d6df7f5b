import { hashWords } from "../../text/minhash.ts";
import { words } from "../../text/words.ts";
import type { Tree } from "../../tree.ts";

const RUN = 5;
const LARGEST_FILE = 2_000_000;
const DOCUMENT =
  /\.(?:rst|md|txt|adoc|html?|po|tex)$|(?:^|\/)(?:readme|changes|changelog|news|history|todo|authors)$/i;

export interface Told {
  readonly path: string;
  /** The share of the text's runs of words that stand there, 0 to 1. */
  readonly containment: number;
}

/** The document of a repository that tells most of a text: change logs, documentation, notes. */
export async function toldIn(base: Tree, text: string): Promise<Told | undefined> {
  const runs = runsOf(text);
  let worst: Told | undefined;
  for (const { path, mode, size } of runs.size === 0 ? [] : base.entries) {
    if (mode === "120000" || size > LARGEST_FILE || !DOCUMENT.test(path)) continue;
    const own = runsOf(Buffer.from(await base.read(path)).toString("utf8"));
    const containment = runs.intersection(own).size / runs.size;
    if (containment > (worst?.containment ?? 0)) worst = { path, containment };
  }
  return worst;
}

/** Hashes of the runs of five words; of a shorter text none. */
export function runsOf(text: string): Set<number> {
  const sequence = words(text);
  const runs = new Set<number>();
  for (let start = 0; start + RUN <= sequence.length; start++)
    runs.add(hashWords(sequence, start, start + RUN));
  return runs;
}
