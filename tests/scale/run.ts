import { rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { gradeAtScale } from "./grading.ts";
import { fetchPackages } from "./packages.ts";

/**
 * Grading and validity against CPython over real packages; docs/grading-at-scale.md says what is asked.
 *
 * npm run test:scale -- [--edits N] [--damaged N] [--intact N] [--packages NAME,NAME] [--python PROGRAM] [--seed TEXT] [--jobs N]
 */
const { values } = parseArgs({
  options: {
    edits: { type: "string", default: "10000" },
    damaged: { type: "string", default: "6000" },
    intact: { type: "string", default: "40" },
    packages: { type: "string" },
    python: { type: "string", default: "python3" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
  },
});

const start = performance.now();
const wrong = path.join(import.meta.dirname, "..", "..", ".scale", "wrong");
await rm(wrong, { recursive: true, force: true });
const packages = await fetchPackages("python3", values.packages?.split(","));
const result = await gradeAtScale({
  packages,
  program: values.python,
  seed: values.seed,
  edits: Number(values.edits),
  damaged: Number(values.damaged),
  intact: Number(values.intact),
  jobs: Number(values.jobs),
  wrong,
});
const print = (line: string) => process.stdout.write(`${line}\n`);
for (const line of result.tally.lines()) print(line);
for (const line of result.tally.wrong) print(`WRONG ${line}`);
print(`CPython ${result.version}, seed ${values.seed}, ${packages.length} packages`);
print(`${result.edited} files edited, ${result.asked} files asked whether they are valid`);
print(
  `${((performance.now() - start) / 1000).toFixed(0)} seconds, ${result.tally.wrong.length} disagreements`,
);
process.exitCode = result.tally.wrong.length === 0 ? 0 : 1;
