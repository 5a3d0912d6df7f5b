import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Grade, grade } from "../../src/commands/grade.ts";
import { type Case, readCases } from "./rows.ts";

/**
 * Grades published rows (`run.ts FILE [ANSWER…]`, a JSON array as RepoST publishes it; not part of this repository) with their original
 * bodies and with bodies that are no answer, and says how many could be graded, in which way, and where a verdict is wrong.
 */
const [file, ...names] = process.argv.slice(2);
if (file === undefined) throw new Error("name the file of rows");
const folder = await mkdtemp(path.join(os.tmpdir(), "rows-"));
const began = Date.now();
try {
  const cases = (await readCases(file)).map((one) => ({
    ...one,
    answers: one.answers.filter(({ name }) => names.length === 0 || names.includes(name)),
  }));
  await writeInputs(cases);
  const answers = new Map(cases.map(({ row, answers: given }) => [row.instance_id, [...given]]));
  const counts = new Map<string, number>();
  let verdicts = 0;
  for await (const result of grade({
    subject: path.join(folder, "rows.jsonl"),
    predictions: path.join(folder, "predictions.jsonl"),
    repositories: path.join(folder, "repositories"),
    cache: path.join(folder, "cache"),
  })) {
    verdicts++;
    const answer = answers.get(result.instance_id)?.shift();
    if (answer?.right === true) count(counts, result);
    const isWrong = result.outcome !== "no-verdict" && result.resolved !== answer?.right;
    if (isWrong || process.env["EVERY"] !== undefined)
      process.stdout.write(
        `${result.instance_id} ${answer?.name}: ${result.outcome} ${JSON.stringify({ ...result.facts, reasons: result.reasons, cause: result.cause })}\n`,
      );
  }
  const minutes = (Date.now() - began) / 60_000;
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, number] of rows) process.stdout.write(`${number}\t${name}\n`);
  process.stdout.write(
    `${cases.length} rows, ${verdicts} verdicts, ${Math.round(verdicts / minutes)} a minute\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

function count(counts: Map<string, number>, { outcome, cause, facts, reasons }: Grade): void {
  const detail = outcome === "no-verdict" ? cause : `${String(facts["way"])} ${reasons.join(" ")}`;
  const name = `original ${outcome} ${detail ?? ""}`;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

async function writeInputs(cases: readonly Case[]): Promise<void> {
  for (const { row, path: name, text } of cases) {
    const place = path.join(folder, "repositories", row.repo, name);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, text);
  }
  await writeFile(path.join(folder, "rows.jsonl"), lines(cases.map(({ row }) => row)));
  const predictions = cases.flatMap(({ row, answers }) =>
    answers.map(({ patch }) => ({ instance_id: row.instance_id, model_patch: patch })),
  );
  await writeFile(path.join(folder, "predictions.jsonl"), lines(predictions));
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
