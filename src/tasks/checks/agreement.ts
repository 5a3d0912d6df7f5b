import type { Json } from "../../base/json.ts";

export interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** How well what was found agrees with what is there; a share of nothing is null. */
export function agreement({ truePositives, falsePositives, falseNegatives }: Counts): Record<string, Json> {
  const precision = share(truePositives, truePositives + falsePositives);
  const recall = share(truePositives, truePositives + falseNegatives);
  const f1 = share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
  return {
    true_positives: truePositives,
    false_positives: falsePositives,
    false_negatives: falseNegatives,
    precision,
    recall,
    f1,
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
