import { describe, expect, it } from "vitest";
import { codeTokens } from "./code-tokens.ts";
import { createNearDuplicates, hash32, signatureOf, similarity } from "./minhash.ts";
import { containment, longestCommonRun } from "./overlap.ts";
import { createRetrieval } from "./retrieval.ts";
import { identifierParts, nameStems, searchTerms, sharesStem, words } from "./words.ts";

describe("words", () => {
  it("come out in lower case, identifiers whole", () => {
    expect(words("Don't use `max_depth`, re-use it.")).toEqual(["don't", "use", "max_depth", "re-use", "it"]);
  });

  it.each([
    ["HTTPServer_v2", ["http", "server", "v"]],
    ["read_csv", ["read", "csv"]],
    ["__getitem__", ["getitem"]],
    ["toJSONValue", ["to", "json", "value"]],
  ])("%s is taken apart", (name, parts) => {
    expect(identifierParts(name)).toEqual(parts);
  });

  it.each([
    ["insert_row", "insertions", true],
    ["normalize", "normal", true],
    ["BlockwiseMerge", "merged", true],
    ["read_csv", "reading", true],
    ["tree_of", "often", false],
    ["cat", "category", false],
  ])("%s is given away by %s: %s", (name, word, leak) => {
    expect(sharesStem(word, nameStems(name))).toBe(leak);
  });

  it("are searched by stems, without stop words and keywords", () => {
    expect(searchTerms("def compute_chunks(self): return the chunk_sizes")).toEqual([
      "comput",
      "chunk",
      "chunk",
      "size",
    ]);
  });
});

describe("retrieval", () => {
  const writer = createRetrieval();
  for (const text of ["apple pear apple", "pear plum", "plum plum cherry", "fig"])
    writer.add(text.split(" "));
  const index = writer.finish();

  it("ranks what holds rare query terms first, and leaves out what holds none", () => {
    const scores = [...index.score(["cherry", "pear"])].map((score, document) => ({ score, document }));
    const found = scores.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
    expect(found.map(({ document }) => document)).toEqual([2, 1, 0]);
  });

  it("scores a text outside as it would inside", () => {
    expect(index.scoreText(["plum"], ["plum", "plum", "cherry"])).toBeCloseTo(index.score(["plum"])[2] ?? 0);
    expect(index.weight("unknown")).toBe(0);
  });
});

describe("overlap", () => {
  it("is the share of runs, and the longest run, that both have", () => {
    const a = "one two three four five".split(" ");
    const b = "zero one two three five".split(" ");
    expect(containment(a, b, 2)).toBe(0.5);
    expect(longestCommonRun(a, b)).toBe(3);
    expect(containment(["one"], b, 2)).toBe(0);
  });
});

const set = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => hash32(`item ${from + place}`));

describe("MinHash", () => {
  it("estimates the Jaccard similarity", () => {
    const estimate = similarity(signatureOf(set(0, 900)), signatureOf(set(100, 1000)));
    expect(Math.abs(estimate - 0.8)).toBeLessThan(0.15);
    expect(similarity(signatureOf(set(0, 500)), signatureOf(set(500, 1000)))).toBeLessThan(0.1);
  });

  it("finds near-duplicates among many", () => {
    const duplicates = createNearDuplicates();
    for (let key = 0; key < 50; key++) duplicates.add(key, signatureOf(set(key * 1000, key * 1000 + 300)));
    duplicates.add(50, signatureOf(set(7005, 7300)));
    expect(duplicates.near(50, 0.8).map((one) => one.key)).toEqual([7]);
    expect(duplicates.near(3, 0.8)).toEqual([]);
  });
});

describe("code tokens", () => {
  it("leave comments out and count logical lines", () => {
    const { tokens, lines } = codeTokens(
      "def f(a,\n      b):  # note\n    x = 'a # b'\n\n    return (x +\n        1.5)\n",
      "#",
    );
    expect(lines).toBe(3);
    expect(tokens.join(" ")).toBe('def f ( a , b ) : x = "" return ( x + 0 )');
  });

  it("count lines inside braces in languages that use them for blocks", () => {
    expect(codeTokens("function f() {\n  // note\n  return [1,\n    2];\n}\n", "//").lines).toBe(3);
  });
});
