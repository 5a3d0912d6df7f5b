/**
 * Makes `src/contamination/benchmark-roots.ts`: the first commits of the repositories that benchmarks are made of. Reads a list of
 * local clones, `owner/name FOLDER` a line; a fork stands in for its original under the original's name. Lines with
 * other names are other projects: what they begin with tells nobody.
 *
 *   node scripts/benchmark-roots.ts LIST
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BENCHMARKS } from "../src/contamination/benchmarks.ts";
import { locateGit } from "../src/repositories/borrow.ts";
import { git } from "../src/repositories/git.ts";

const A_YEAR = 365 * 86_400;

async function ask(gitDirectory: string, ...args: string[]): Promise<string[]> {
  const output = Buffer.from(await git(gitDirectory, args)).toString("utf8");
  return output.trim().split("\n");
}

/** What first parents lead to: projects that were merged into this one begin elsewhere. */
async function rootOf(name: string, folder: string): Promise<string> {
  const gitDirectory = await gitDirectoryOf(folder);
  const [root = ""] = await ask(gitDirectory, "rev-list", "--first-parent", "--max-parents=0", "HEAD");
  const [began] = await ask(gitDirectory, "show", "--no-patch", "--format=%at", root);
  const [ended] = await ask(gitDirectory, "show", "--no-patch", "--format=%ct", "HEAD");
  const [shallow] = await ask(gitDirectory, "rev-parse", "--is-shallow-repository");
  // A history that was cut off begins shortly before it ends.
  if (shallow !== "false" || Number(ended) - Number(began) < A_YEAR)
    throw new Error(`${name}: ${folder} has no whole history`);
  return root;
}

async function gitDirectoryOf(folder: string): Promise<string> {
  const location = await locateGit(folder);
  if (location === undefined) throw new Error(`${folder} is no git repository`);
  return location.gitDirectory;
}

const [list] = process.argv.slice(2);
if (list === undefined) throw new Error("Name the list of clones.");
const clones = (await readFile(list, "utf8"))
  .split("\n")
  .map((line) => line.trim().split(/\s+/))
  .flatMap(([name, folder]) => (name === undefined || folder === undefined ? [] : [{ name, folder }]));
const names = [...new Set(BENCHMARKS.flatMap(({ repositories }) => repositories.map(({ name }) => name)))];
const shared = new Set<string>();
for (const { name, folder } of clones) {
  if (names.includes(name)) continue;
  for (const root of await ask(await gitDirectoryOf(folder), "rev-list", "--max-parents=0", "HEAD"))
    shared.add(root);
}
const lines: string[] = [];
for (const name of names) {
  const clone = clones.find((one) => one.name === name);
  const root = clone === undefined ? undefined : await rootOf(name, clone.folder);
  if (root === undefined) console.error(`${name}: no clone`);
  else if (shared.has(root)) console.error(`${name}: another project begins with ${root} too`);
  else lines.push(`  ["${root}", "${name}"],\n`);
}
await writeFile(
  path.join(import.meta.dirname, "../src/contamination/benchmark-roots.ts"),
  `/** The repositories that benchmarks are made of, by the commits that they begin with. Made by \`scripts/benchmark-roots.ts\`. */
export const BENCHMARK_ROOTS: ReadonlyMap<string, string> = new Map([
${lines.join("")}]);
`,
);
