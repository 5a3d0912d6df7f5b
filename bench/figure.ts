/** One measured number, ours against a peer's. */
export interface Figure {
  readonly name: string;
  /** Median over the runs. */
  readonly ours: number;
  /** Null where there is nothing to compare with. */
  readonly peer: number | null;
  /** How many times better ours is; null without a peer. */
  readonly ratio: number | null;
  readonly unit: string;
  readonly runs: number;
  /** The wider of both sides' (maximum - minimum) / median. */
  readonly spread: number;
  /** What ours must not go beyond, where that is the point. */
  readonly limit?: number;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}
