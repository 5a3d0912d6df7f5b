import path from "node:path";

/** Where things lie in a run folder; see `src/run.ts` and `src/attempt.ts`. */
export const RUN = "run.json";
export const LEDGER = "ledger.jsonl";
/** What the ledger comes to, for speed alone. */
export const CHECKPOINT = "ledger.checkpoint";
/** Verdicts of a newer grader. */
export const GRADES = "grades.jsonl";
export const LOCK = "run.lock";
/** Of an attempt's folder; those of recorded sessions have the same names. */
export const STEPS = "steps.jsonl";
export const EXCHANGES = "exchanges.jsonl.gz";
export const PATCH = "patch.diff";
export const RECORD = "attempt.json";

export const attemptsFolder = (run: string) => path.join(run, "attempts");
/** Attempts that ended long ago, many in a file. */
export const packsFolder = (run: string) => path.join(attemptsFolder(run), "packs");

export function attemptFolder(run: string, attempt: string): string {
  return path.join(attemptsFolder(run), attempt);
}
export const stepsFile = (run: string, attempt: string) => path.join(attemptFolder(run, attempt), STEPS);
/** Requests to the model and its answers as they were; see `src/exchange.ts`. */
export const exchangesFile = (run: string, attempt: string) =>
  path.join(attemptFolder(run, attempt), EXCHANGES);
export const patchFile = (run: string, attempt: string) => path.join(attemptFolder(run, attempt), PATCH);
/** What an agent that is a program printed. */
export const outputFile = (run: string, attempt: string) =>
  path.join(attemptFolder(run, attempt), "output.txt");
export const attemptFile = (run: string, attempt: string) => path.join(attemptFolder(run, attempt), RECORD);
