import path from "node:path";
import { readAttempts } from "../runs/attempts.ts";
import type { Run } from "../runs/open.ts";
import type { SampleSource } from "../sample.ts";
import { samplesOfAttempts } from "./of-attempts.ts";

/** The finished attempts of a run as samples, in the order of their ids; records and diffs are read one at a time. */
export function samplesOfRun(run: Run): AsyncGenerator<SampleSource> {
  return samplesOfAttempts(readAttempts(run), path.basename(path.resolve(run.folder)));
}
