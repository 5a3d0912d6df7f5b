import { describe, expect, it } from "vitest";
import { type Candidate, selectBalanced } from "./select.ts";
import { HELD_OUT, splitsOf } from "./splits.ts";

const candidates = (cluster: string, task: string, count: number): Candidate[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `${cluster}-${task}-${place}`,
    task,
    repository: cluster,
    cluster,
    template: "plain",
  }));

const counted = (all: readonly Candidate[], key: "cluster" | "task") =>
  Object.fromEntries([...Map.groupBy(all, (one) => one[key])].map(([name, some]) => [name, some.length]));

describe("a balanced choice", () => {
  const all = [
    ...candidates("huge", "func-localize", 50),
    ...candidates("huge", "dep-search", 10),
    ...candidates("small", "func-localize", 4),
    ...candidates("middle", "dep-search", 20),
  ];

  it("takes as many of each repository as it has, and fills up with the larger ones", () => {
    const chosen = selectBalanced(all, 30, ["repository"]);
    expect(counted(chosen, "cluster")).toEqual({ huge: 13, small: 4, middle: 13 });
  });

  it("spreads the instances of a repository over the families", () => {
    const chosen = selectBalanced(all, 30, ["repository", "task"]).filter(
      ({ cluster }) => cluster === "huge",
    );
    expect(counted(chosen, "task")).toEqual({ "func-localize": 7, "dep-search": 6 });
  });

  it("keeps the order, gives exactly as many as were asked for, and all where there are fewer", () => {
    for (const total of [1, 7, 33, 83, 84, 500]) {
      const chosen = selectBalanced(all, total, ["repository", "task"]);
      expect(chosen.length).toBe(Math.min(total, all.length));
      expect(chosen).toEqual(all.filter((one) => chosen.includes(one)));
    }
  });
});

describe("splits", () => {
  const clusters = Array.from({ length: 30 }, (_, place) => `repository-${place}`);
  const all = clusters.flatMap((name, place) => [
    ...candidates(name, "func-localize", 3 + (place % 5)),
    ...candidates(name, "dep-search", 2),
  ]);
  const shares = { train: 0.8, test: 0.2 };

  it("never part a cluster, come near their shares, and are the same for the same seed", () => {
    const rows = splitsOf(all, { shares, seed: "1" });
    for (const [, some] of Map.groupBy(rows, (row) => row.cluster))
      expect(new Set(some.map(({ split }) => split)).size).toBe(1);
    const test = rows.filter(({ split }) => split === "test").length / rows.length;
    expect(test).toBeGreaterThan(0.17);
    expect(test).toBeLessThan(0.23);
    expect(splitsOf(all, { shares, seed: "1" })).toEqual(rows);
    expect(splitsOf(all, { shares, seed: "2" })).not.toEqual(rows);
  });

  it("hold a family out of all of them", () => {
    const rows = splitsOf(all, { shares, seed: "1", heldOutTask: "dep-search" });
    for (const [place, row] of rows.entries())
      expect(row.split === HELD_OUT).toBe(all[place]?.task === "dep-search");
  });
});
