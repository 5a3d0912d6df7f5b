import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "../../src/commands/build.ts";
import { writeSampleRepository } from "../../src/testing/sample-repository.ts";

/** The same answers for both sides. */
export interface Work {
  readonly dataset: string;
  /** As our replay model reads them. */
  readonly answers: string;
  /** As the peer's deterministic model is given them: a list of commands. */
  readonly commands: string;
}

/** What an attempt waits for in the middle, until it is ended from outside: nothing else on a machine sleeps for that long. */
export const HOLD = "sleep 86413";
const END = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";

/** One instance, whose attempts all do the same. */
export async function makeDataset(folder: string): Promise<string> {
  const repository = await writeSampleRepository(path.join(folder, "orchard"));
  const dataset = path.join(folder, "data");
  const cache = path.join(folder, "cache");
  await build({ repositories: [repository], task: "func-localize", perRepository: 1, cache, out: dataset });
  return dataset;
}

/** @param holds whether the last command before the end is `HOLD`. */
export async function writeWork(
  folder: string,
  dataset: string,
  steps: number,
  holds = false,
): Promise<Work> {
  // Each is another one, so that the loop sees no circle.
  const commands = Array.from({ length: steps }, (_, step) => `echo ${step + 1}`);
  const all = [...commands, ...(holds ? [HOLD] : []), END];
  await mkdir(folder, { recursive: true });
  const answers = path.join(folder, "answers.jsonl");
  const rows = all.map((command) => ({
    content: command,
    tool_calls: [{ name: "bash", arguments: { command } }],
  }));
  await writeFile(answers, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const list = path.join(folder, "commands.json");
  await writeFile(list, JSON.stringify(all));
  return { dataset, answers, commands: list };
}
