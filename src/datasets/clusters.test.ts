import { expect, test } from "vitest";
import { clustersOf, sketchOf } from "./clusters.ts";

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => (from + place) * 7919);
const repository = (name: string, values: readonly number[]) => ({ name, sketch: sketchOf(values) });

test("repositories that share a tenth of the smaller one's functions are one cluster, over a third one too", () => {
  const clusters = clustersOf([
    repository("original", range(0, 200)),
    repository("apart", range(1000, 1200)),
    repository("fork", [...range(100, 200), ...range(2000, 2050)]),
    repository("fork-of-fork", range(2000, 2040)),
  ]);
  expect(clusters).toEqual(["original", "apart", "original", "original"]);
});

test("what everybody copies makes no cluster", () => {
  const snippet = range(0, 9);
  const clusters = clustersOf([
    repository("a", [...snippet, ...range(100, 120)]),
    repository("b", [...snippet, ...range(200, 220)]),
  ]);
  expect(clusters).toEqual(["a", "b"]);
});

test("a small part of a large repository is found in what is kept of it", () => {
  const all = range(0, 20_000);
  const [, part] = clustersOf([repository("large", all), repository("part", all.slice(0, 2_000))]);
  expect(part).toBe("large");
});
