/** What our graders said of diffs whose source says whether they are solved. */
export interface ClaimCounts {
  /** Samples with a verdict: those below but the last. */
  readonly judged: number;
  readonly agreed: number;
  readonly claimed_solved_but_not: number;
  readonly claimed_unsolved_but_solved: number;
  /** A verdict, and nobody said anything. */
  readonly unclaimed: { readonly solved: number; readonly unsolved: number };
  /** By why: `no-instance`, `not-in-dataset`, `no-patch`, or the cause of a missing verdict. */
  readonly not_judged: Readonly<Record<string, number>>;
}
