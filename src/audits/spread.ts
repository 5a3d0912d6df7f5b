import type { Example } from "./result.ts";

/** A few examples of many, that come one by one: of as many repositories as there are, then of as many templates. The same ones in, the same ones out. */
export function createSpread(most: number): { add(example: Example): void; examples(): readonly Example[] } {
  const kept: Example[] = [];
  const replaceRepeated = (keyOf: (example: Example) => string, example: Example): boolean => {
    const keys = kept.map(keyOf);
    if (keys.includes(keyOf(example))) return false;
    const place = keys.findLastIndex((key, index) => keys.indexOf(key) < index);
    if (place === -1) return false;
    kept.splice(place, 1);
    kept.push(example);
    return true;
  };
  return {
    add(example) {
      if (kept.length < most) kept.push(example);
      else if (!replaceRepeated(repositoryOf, example)) replaceRepeated(bothOf, example);
    },
    examples: () => kept,
  };
}

function repositoryOf({ repository }: Example): string {
  return repository ?? "";
}

function bothOf({ repository, template }: Example): string {
  return JSON.stringify([repository, template]);
}
