import type { Candidate } from "../checks/candidate-checks.ts";
import { type Bench, runOn } from "./bench.ts";
import { CALL_SECONDS } from "./commands.ts";
import { readReport } from "./driver-lines.ts";

/** Which of a repository's tests enter a function: those that say most of it first, and no more than are worth running. */
export type ReachingTests = (candidate: Candidate) => readonly string[];

/** Folders in which tests look for modules. */
export const TEST_ROOTS = ["", "src", "lib"] as const;

/** Long enough for as many tests as are run; tests that wait for time may not end in it, and then say nothing. */
const SURVEY_SECONDS = 300;

/** Runs all tests once, by pytest. Says nothing of any function where the environment has no pytest. */
export async function surveyTests(bench: Bench, tests: readonly string[]): Promise<ReachingTests> {
  if (bench.environment === undefined || tests.length === 0) return () => [];
  const job = { roots: [...TEST_ROOTS], tests: [...tests], seconds: CALL_SECONDS };
  const results = await runOn(bench, [{ program: "reach", job, seconds: SURVEY_SECONDS }]);
  const known = new Map<string, readonly string[]>();
  for (const { path, line, name, tests: nodes } of readReport(results, "reach").lines)
    if (Array.isArray(nodes)) known.set(JSON.stringify([path, line, name]), nodes.map(String));
  return ({ file, definition: { firstLine, name } }) =>
    known.get(JSON.stringify([file.path, firstLine, name])) ?? [];
}
