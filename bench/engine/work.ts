import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "../../src/commands/build.ts";
import { writeSampleRepository } from "../../src/testing/sample-repository.ts";

/** The same answers for both sides. */
export interface Work {
  readonly dataset: string;
  /** Of our loop. */
  readonly tools: "mini" | "standard";
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

/** Steps of one command each, then the end. */
export async function writeSteps(folder: string, dataset: string, steps: number): Promise<Work> {
  const commands = [...echoes(steps), END];
  return write(
    folder,
    dataset,
    "mini",
    commands,
    commands.map((command) => ({ name: "bash", arguments: { command } })),
  );
}

/**
 * The same with `HOLD` before the end. Ours has the set `standard`, since a command of `mini` is ended after a minute, in which not all
 * attempts have come as far; so it has a shell that stays, which the peer has not.
 */
export async function writeHeld(folder: string, dataset: string, steps: number): Promise<Work> {
  const before = echoes(steps).map((command) => ({ name: "bash", arguments: { command } }));
  const hold = { name: "bash", arguments: { command: HOLD, timeout: 600 } };
  const calls = [...before, hold, { name: "finish", arguments: { message: "Done" } }];
  return write(folder, dataset, "standard", [...echoes(steps), HOLD, END], calls);
}

/** Each is another one, so that the loop sees no circle. */
const echoes = (steps: number) => Array.from({ length: steps }, (_, step) => `echo ${step + 1}`);

async function write(
  folder: string,
  dataset: string,
  tools: Work["tools"],
  list: readonly string[],
  calls: readonly { readonly name: string; readonly arguments: object }[],
): Promise<Work> {
  await mkdir(folder, { recursive: true });
  const answers = path.join(folder, "answers.jsonl");
  const rows = calls.map((call, step) => ({ content: list[step], tool_calls: [call] }));
  await writeFile(answers, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const commands = path.join(folder, "commands.json");
  await writeFile(commands, JSON.stringify(list));
  return { dataset, tools, answers, commands };
}
