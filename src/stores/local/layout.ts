import path from "node:path";

/** Where things lie in a run folder; see `src/run.ts` and `src/attempt.ts`. */
export const RUN = "run.json";
export const LEDGER = "ledger.jsonl";
/** Verdicts of a newer grader. */
export const GRADES = "grades.jsonl";
export const LOCK = "run.lock";
/** Of an attempt's folder; those of recorded sessions have the same names. */
export const STEPS = "steps.jsonl";
export const EXCHANGES = "exchanges.jsonl.gz";

export function attemptFolder(run: string, attempt: string): string {
  return path.join(run, "attempts", attempt);
}
export const stepsFile = (run: string, attempt: string) => path.join(attemptFolder(run, attempt), STEPS);
/** Requests to the model and its answers as they were; see `src/exchange.ts`. */
export const exchangesFile = (run: string, attempt: string) =>
  path.join(attemptFolder(run, attempt), EXCHANGES);
export const patchFile = (run: string, attempt: string) =>
  path.join(attemptFolder(run, attempt), "patch.diff");
/** What an agent that is a program printed. */
export const outputFile = (run: string, attempt: string) =>
  path.join(attemptFolder(run, attempt), "output.txt");
export const attemptFile = (run: string, attempt: string) =>
  path.join(attemptFolder(run, attempt), "attempt.json");
