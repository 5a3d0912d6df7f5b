import type { Runner } from "../../plan.ts";
import type { StartState } from "../../row.ts";
import type { Grader, Question } from "../../task.ts";
import type { Verdict } from "../../verdict.ts";

/** One verdict, as `grade --json` prints it. */
export interface Grade extends Verdict {
  readonly instance_id: string;
  /** The attempt, when a run is graded again. */
  readonly attempt_id?: string;
  readonly task: string;
  readonly grader_version: number;
}

/** One diff to grade. */
export interface Patch {
  readonly attempt?: string;
  /** What else is known of the attempt, added to the verdict. */
  readonly finish?: (verdict: Verdict) => Verdict;
  /** The diff's bytes, or how many there are where they are more than anyone grades. */
  readonly read: () => Promise<Uint8Array | { readonly tooLarge: number }>;
}

/** What a diff is judged by. */
export interface Standard {
  readonly grader: Grader;
  readonly question: Question;
  /** What the agent may have started from, most likely first. A diff that solves the task from one of them solves it; otherwise the first that it applies to says why not. */
  readonly starts: readonly StartState[];
  /** For graders that must run the result. */
  readonly runner: Runner;
}
