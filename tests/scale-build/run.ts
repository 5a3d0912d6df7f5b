/**
 * `npm run test:scale-build [-- FOLDER]`: what the README promises of many repositories, on real ones out of a registry. Builds a dataset of all
 * four families, validates every instance three times in shuffled order, lets the scripted agent have a go at each, and prints the report that
 * stands in docs/build-report.md. The same folder again goes on where it was.
 */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { validationSchema } from "../../src/dataset.ts";
import { measure } from "../../bench/usage.ts";
import { type Floor, readFloors } from "./floors.ts";
import { renderReport } from "./report.ts";
import { fetchSources } from "./sources.ts";

const PROGRAM = path.join(import.meta.dirname, "../../bin/hybrid-gym.js");
const FAMILIES = "func-localize,dep-search,issue-localize,func-gen";
const ROUNDS = 3;
const LEAST_INSTANCES = 500;
const LEAST_REPOSITORIES = 20;

/** Releases fix several things at once, so that the size of a fix is taken wider than for commits. */
const RELEASES = [
  "max_issues=12",
  "max_files=8",
  "max_definitions=30",
  "max_hunks=50",
  "max_lines=400",
  "max_new_names=1",
];
/** Judging and recording use what repositories import: wheels of the registry, none of which runs when it is unpacked. */
const ENVIRONMENTS = ["--environments", "pip"];
const FLAGS: Readonly<Record<string, string>> = {
  "--task": FAMILIES,
  "--per-repo": "11,func-gen=3,issue-localize=8",
  "--abandon-after": "400,func-gen=12,issue-localize=250",
  "--repository-seconds": "1800",
  "--split": "train=0.8,validation=0.1,test=0.1",
};
const OPTIONS = [
  ...ENVIRONMENTS,
  ...Object.entries(FLAGS).flat(),
  ...RELEASES.flatMap((option) => ["--set", `issue-localize.${option}`]),
];

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function hybridGym(...args: string[]) {
  say(`hybrid-gym ${args[0]}`);
  return measure([process.execPath, PROGRAM, ...args]);
}

async function validateAll(data: string) {
  const usage = await hybridGym("validate", data, "--repeat", `${ROUNDS}`, ...ENVIRONMENTS, "--json");
  const lines = usage.stdout.trim().split("\n");
  const results = lines.map((line) => validationSchema.parse(JSON.parse(line)));
  return { usage, results };
}

async function rollOut(data: string, run: string): Promise<{ seconds: number; floors: Floor[] }> {
  const { seconds } = await hybridGym("rollout", data, "--run", run, "--agent", "scripted", "--json");
  const { stdout } = await hybridGym("attempts", run, "--json");
  return { seconds, floors: await readFloors(data, stdout) };
}

const folder = path.resolve(process.argv[2] ?? (await mkdtemp(path.join(os.tmpdir(), "scale-build-"))));
await mkdir(folder, { recursive: true });
const list = path.join(folder, "repositories.txt");
await writeFile(list, `${(await fetchSources(folder, say)).join("\n")}\n`);
const data = path.join(folder, "data");
const cache = path.join(folder, "cache");
const build = await hybridGym("build", list, ...OPTIONS, "--out", data, "--cache", cache, "--json");
const { instances } = z.looseObject({ instances: z.int() }).parse(JSON.parse(build.stdout));
const validation = await validateAll(data);
const invalid = validation.results.filter(({ valid }) => !valid);
const { seconds, floors } = await rollOut(data, path.join(folder, "run"));
const { text, repositories } = await renderReport(data, {
  build,
  validation: validation.usage,
  invalid,
  floors,
});
await writeFile(path.join(folder, "report.md"), text);
process.stdout.write(`${text}\n`);
say(`${folder}: rolled out in ${Math.round(seconds)} s`);

const missing = [
  ...(instances < LEAST_INSTANCES ? [`${instances} instances, at least ${LEAST_INSTANCES} are wanted`] : []),
  ...(repositories < LEAST_REPOSITORIES ? [`instances of ${repositories} repositories only`] : []),
  ...invalid.map(({ id, reasons }) => `${id}: ${reasons.join(", ")}`),
];
for (const line of missing) process.stdout.write(`FAIL: ${line}\n`);
process.stdout.write(`${validation.results.length - invalid.length} passed, ${missing.length} failed\n`);
process.exitCode = missing.length === 0 ? 0 : 1;
