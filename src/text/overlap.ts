/** How much two word sequences have in common. */

/** The distinct runs of `size` words, joined by spaces. */
function shingles(words: readonly string[], size: number): Set<string> {
  const result = new Set<string>();
  for (let start = 0; start + size <= words.length; start++) {
    result.add(words.slice(start, start + size).join(" "));
  }
  return result;
}

/** The share (0 to 1) of `part`'s shingles that `whole` has too; 0 when `part` is shorter than a shingle. */
export function containment(part: readonly string[], whole: readonly string[], size: number): number {
  const own = shingles(part, size);
  if (own.size === 0) return 0;
  const other = shingles(whole, size);
  let shared = 0;
  for (const shingle of own) if (other.has(shingle)) shared++;
  return shared / own.size;
}

/** The length, in words, of the longest run that stands in both. */
export function longestCommonRun(a: readonly string[], b: readonly string[]): number {
  let longest = 0;
  let previous = new Uint32Array(b.length + 1);
  for (const word of a) {
    const row = new Uint32Array(b.length + 1);
    for (let place = 1; place <= b.length; place++) {
      if (b[place - 1] !== word) continue;
      const run = (previous[place - 1] ?? 0) + 1;
      row[place] = run;
      if (run > longest) longest = run;
    }
    previous = row;
  }
  return longest;
}
