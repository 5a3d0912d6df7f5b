import type { HiddenText } from "./hidden-texts.ts";

/** Judges, for one instance, whether the word runs found at a place give its hidden text away. */
export interface Evidence {
  /** Whether there is anything to look for. */
  readonly isPossible: boolean;
  /** `system` is the distribution's own software: so much text that a phrase in common is likely. */
  betrays(found: ReadonlySet<number>, place: "own" | "system"): boolean;
  /** A file of the start tree that holds most of the hidden text, which no sealing can help. */
  readonly standsIn: string | undefined;
}

/** Share of the hidden text's telling runs that makes a place a leak, and the number that is enough whatever the share. */
const ENOUGH_SHARE = 0.3;
const ENOUGH_RUNS = 6;
const ENOUGH_RUNS_IN_SYSTEM = 4;
/** Share of the hidden text that may stand in one file of the start tree. The build's own estimate has its limit, with its error, below. */
const MOST_IN_START_TREE = 0.7;

/** @param startTree the hidden runs that stand in files of the start tree, by file. Those tell nothing when they are found elsewhere. */
export function weigh(hidden: HiddenText, startTree: ReadonlyMap<string, ReadonlySet<number>>): Evidence {
  const common = new Set<number>();
  let standsIn: string | undefined;
  for (const [path, found] of startTree) {
    let inner = 0;
    for (const number of found) {
      common.add(number);
      if (hidden.inner.has(number)) inner++;
    }
    if (hidden.inner.size > 0 && inner / hidden.inner.size >= MOST_IN_START_TREE) {
      standsIn ??= path;
    }
  }
  const tellingInner = [...hidden.inner].filter((number) => !common.has(number));
  const bordering = [...hidden.bordering].filter((number) => !common.has(number));
  const telling = new Set([...tellingInner, ...bordering]);
  const share = Math.ceil((tellingInner.length || bordering.length) * ENOUGH_SHARE);
  const enough = Math.max(1, Math.min(ENOUGH_RUNS, share));
  const limits = {
    own: enough,
    system: Math.max(enough, Math.min(ENOUGH_RUNS_IN_SYSTEM, telling.size)),
  };
  return {
    isPossible: telling.size > 0,
    betrays(found, place) {
      let count = 0;
      for (const number of found) if (telling.has(number)) count++;
      return count > 0 && count >= limits[place];
    },
    standsIn,
  };
}
