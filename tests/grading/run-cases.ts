import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { runCommand } from "../../src/testing/command-line.ts";
import { jsonSchema } from "../../src/base/json.ts";
import type { Case, Instance } from "./cases.ts";
import type { Files } from "./files.ts";
import { diffBranches, importTrees, plainDiff, writeClone, writeFolder } from "./git.ts";

const verdictSchema = z.object({
  instance_id: z.string(),
  outcome: z.enum(["solved", "unsolved", "no-verdict"]),
  reasons: z.array(z.string()),
  facts: z.record(z.string(), jsonSchema),
  cause: z.string().optional(),
});
export type GradedCase = z.infer<typeof verdictSchema>;

/** Cases by the id that their rows and verdicts have. */
export function numbered(cases: readonly Case[]): Map<string, Case> {
  return new Map(cases.map((one, index) => [`${one.instance.family}-${index}`, one]));
}

/** Grades all cases through the command line: half of them as a JSONL file, half as a folder of diffs, each in one process. `flags` are more of `grade`. */
export async function gradeCases(
  folder: string,
  cases: ReadonlyMap<string, Case>,
  flags: readonly string[] = [],
): Promise<Map<string, GradedCase>> {
  const instances = new Map([...cases.values()].map(({ instance }) => [instance.name, instance]));
  const commits = await writeRepositories(folder, [...instances.values()]);
  const diffs = await makeDiffs(folder, cases);
  const halves = Map.groupBy(cases, ([id]) => Number(id.split("-").at(-1)) % 2);
  const results = await Promise.all(
    [...halves].map(async ([half, some]) => {
      const rows = some
        .sort(([, a], [, b]) => (a.instance.name < b.instance.name ? -1 : 1))
        .map(([id, { instance }]) => rowOf(id, instance, commits));
      const rowsFile = path.join(folder, `rows-${half}.jsonl`);
      await writeFile(rowsFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      const mine = new Map(some.map(([id]) => [id, diffs.get(id) ?? Buffer.alloc(0)]));
      const predictions = half === 0 ? await asJsonl(folder, mine) : await asFolder(folder, mine);
      return grade(folder, [
        rowsFile,
        "--predictions",
        predictions,
        "--cache",
        `${rowsFile}.cache`,
        ...flags,
      ]);
    }),
  );
  return new Map(results.flat().map((graded) => [graded.instance_id, graded]));
}

async function grade(folder: string, given: readonly string[]): Promise<GradedCase[]> {
  const repos = path.join(folder, "repos");
  const result = await runCommand(["grade", ...given, "--repos", repos, "--json"]);
  if (result.code !== 0 && result.code !== 1)
    throw new Error(`grade ended with ${result.code}: ${result.stderr}`);
  return result.rows().map((row) => verdictSchema.parse(row));
}

function rowOf(id: string, instance: Instance, commits: ReadonlyMap<string, string>) {
  const commit = commits.get(instance.name);
  const repo = `grading/${instance.name}`;
  return { instance_id: id, repo, base_commit: commit ?? "0".repeat(40), ...instance.row };
}

async function writeRepositories(
  folder: string,
  instances: readonly Instance[],
): Promise<Map<string, string>> {
  const commits = new Map<string, string>();
  for (const { name, git, repository } of instances) {
    // Each of the ways in which a repository may be named.
    const [place] = [`grading/${name}`, `grading__${name}`, name].slice(name.length % 3);
    const target = path.join(folder, "repos", place ?? name);
    if (git === true) commits.set(name, await writeClone(target, repository));
    else await writeFolder(target, repository);
  }
  return commits;
}

async function makeDiffs(folder: string, cases: ReadonlyMap<string, Case>): Promise<Map<string, Buffer>> {
  const trees = new Map<string, Files>();
  for (const [id, { instance, edit, format }] of cases) {
    trees.set(`start/${instance.name}`, instance.start);
    trees.set(`case/${id}`, edit(instance.start));
    if (format?.via !== undefined) trees.set(`first/${id}`, format.via(instance.start));
  }
  const repository = path.join(folder, "diffs.git");
  await importTrees(repository, trees);
  const diffs = new Map<string, Buffer>();
  const queue = [...cases];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [id, { instance, format = {} }] = next;
      const parts: Buffer[] = [];
      const steps = [
        `start/${instance.name}`,
        ...(format.via === undefined ? [] : [`first/${id}`]),
        `case/${id}`,
      ];
      if (format.gnu === true)
        parts.push(await gnuDiff(path.join(folder, "gnu", id), instance.start, trees.get(`case/${id}`)));
      else
        for (const [index, to] of steps.slice(1).entries())
          parts.push(await diffBranches(repository, steps[index] ?? "", to, format.flags ?? ["diff"]));
      const diff = Buffer.concat(parts);
      const text = diff.toString("latin1");
      diffs.set(id, Buffer.from(format.rewrite?.(text) ?? text, "latin1"));
    }
  };
  await Promise.all([work(), work(), work()]);
  return diffs;
}

async function gnuDiff(folder: string, start: Files, after: Files | undefined): Promise<Buffer> {
  await writeFolder(path.join(folder, "old"), start);
  await writeFolder(path.join(folder, "new"), after ?? start);
  return plainDiff(folder, "old", "new");
}

/** Bytes that are no UTF-8 as Python's `json` writes what it read with `surrogateescape`. */
async function asJsonl(folder: string, diffs: ReadonlyMap<string, Buffer>): Promise<string> {
  const file = path.join(folder, "predictions.jsonl");
  const lines = [...diffs].map(([id, diff]) => {
    const model_patch = diff.byteLength === 0 ? null : escaped(diff);
    return JSON.stringify({ instance_id: id, model_name_or_path: "suite", model_patch });
  });
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

function escaped(diff: Buffer): string {
  const text = diff.toString("utf8");
  if (Buffer.from(text, "utf8").equals(diff)) return text;
  let result = "";
  for (let index = 0; index < diff.length;) {
    const length = [1, 2, 3, 4].find((count) => isCharacter(diff.subarray(index, index + count)));
    const piece = diff.subarray(index, index + (length ?? 1));
    result += length === undefined ? String.fromCharCode(0xdc00 + (piece[0] ?? 0)) : piece.toString("utf8");
    index += length ?? 1;
  }
  return result;
}

function isCharacter(piece: Buffer): boolean {
  const text = piece.toString("utf8");
  return [...text].length === 1 && Buffer.from(text, "utf8").equals(piece);
}

async function asFolder(folder: string, diffs: ReadonlyMap<string, Buffer>): Promise<string> {
  const place = path.join(folder, "predictions");
  await mkdir(place);
  for (const [id, diff] of diffs) await writeFile(path.join(place, `${id}.diff`), diff);
  return place;
}
