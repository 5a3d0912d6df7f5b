import type { Json } from "../base/json.ts";
import type { PageFeature } from "./page-data.ts";

type Facts = Readonly<Record<string, Json>>;

/** Compares what was taken with what was rejected, by every feature (number or yes/no) that both carry. */
export interface SelectionTally {
  kept(facts: Facts): void;
  dropped(facts: Facts): void;
  /** In the order of names. */
  features(): PageFeature[];
}

interface Sum {
  count: number;
  total: number;
}

export function createSelectionTally(): SelectionTally {
  const sides = { kept: new Map<string, Sum>(), dropped: new Map<string, Sum>() };
  const add = (side: Map<string, Sum>, facts: Facts) => {
    for (const [name, value] of Object.entries(facts)) {
      if (typeof value !== "number" && typeof value !== "boolean") continue;
      const sum = side.get(name) ?? { count: 0, total: 0 };
      side.set(name, { count: sum.count + 1, total: sum.total + Number(value) });
    }
  };
  return {
    kept: (facts) => add(sides.kept, facts),
    dropped: (facts) => add(sides.dropped, facts),
    features: () =>
      [...sides.kept]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, kept]) => {
          const dropped = sides.dropped.get(name);
          if (dropped === undefined) return [];
          return [{ name, kept: meanOf(kept), dropped: meanOf(dropped) }];
        }),
  };
}

function meanOf({ count, total }: Sum): { count: number; mean: number } {
  return { count, mean: total / count };
}
