/** How many instances an attempt of each round (all first attempts, all second ones…) won: what further rounds are worth. */
export class Rounds {
  readonly #rounds = new Map<number, { open: number; graded: number; won: number }>();
  readonly #minimum: number;

  /** @param minimum newly solved instances per attempt, below which no further round is worth it; 0 for never. */
  constructor(minimum: number) {
    this.#minimum = minimum;
  }

  open(round: number): void {
    this.#of(round).open++;
  }

  /** `won`: solved, and its instance was not before; undefined for an end without a verdict. */
  close(round: number, won: boolean | undefined): void {
    const counts = this.#of(round);
    counts.open--;
    if (won === undefined) return;
    counts.graded++;
    if (won) counts.won++;
  }

  /** An attempt that was closed as not won was. */
  win(round: number): void {
    this.#of(round).won++;
  }

  all(): Iterable<number> {
    return this.#rounds.keys();
  }

  /** Whether all of a round has ended and even the upper bound of what it won is too little. */
  isPoor(round: number): boolean {
    const { open, graded, won } = this.#of(round);
    return this.#minimum > 0 && open === 0 && graded > 0 && upperBound(won, graded) < this.#minimum;
  }

  #of(round: number) {
    let counts = this.#rounds.get(round);
    if (counts === undefined) this.#rounds.set(round, (counts = { open: 0, graded: 0, won: 0 }));
    return counts;
  }
}

/** Of Wilson's 95 % interval of `count` out of `total`. */
export function upperBound(count: number, total: number): number {
  const z = 1.96;
  const share = count / total;
  const middle = share + z ** 2 / (2 * total);
  const half = z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return (middle + half) / (1 + z ** 2 / total);
}
