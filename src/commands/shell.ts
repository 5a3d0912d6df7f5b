import path from "node:path";
import { createInterface } from "node:readline/promises";
import { buffer } from "node:stream/consumers";
import { prepareWorkspace } from "../attempts/prepare-workspace.ts";
import { writeFileDurably } from "../base/files.ts";
import type { Log } from "../base/log.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../base/owned-folder.ts";
import { openDataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import type { IsolationLevel, Sandbox } from "../sandbox.ts";
import { chooseIsolation } from "./isolation.ts";

export interface ShellRequest {
  readonly dataset: string;
  readonly id: string;
  /** A program and its arguments; empty for an interactive shell. */
  readonly command: readonly string[];
  readonly isolation?: IsolationLevel;
  readonly image?: string;
  /** Where the diff that grading would see is written at the end. */
  readonly changes?: string;
  /** Read our standard input to its end and give it to the command. */
  readonly stdin: boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Opens an instance's sandbox as an agent gets it. Returns the exit code of the command, or of the shell's last one. */
export async function shell(request: ShellRequest): Promise<number> {
  const dataset = await openDataset(request.dataset);
  const pair = await dataset.find(request.id);
  await using provider = await chooseIsolation(request.isolation, request.image);
  const place = await makeOwnedFolder("w-");
  await using trees = openSourceTrees(dataset.folder);
  try {
    const workspace = await prepareWorkspace(dataset.folder, pair, trees, path.join(place, "g"));
    await using sandbox = await provider.start({ id: path.basename(place), workspace });
    if (provider.level === "process") request.log.warn('the level "process" is no isolation');
    const code =
      request.command.length > 0 ? await runOne(sandbox, request) : await converse(sandbox, workspace.name);
    if (request.changes !== undefined) await writeFileDurably(request.changes, await sandbox.changes());
    return code;
  } finally {
    await removeOwnedFolder(place);
  }
}

async function runOne(sandbox: Sandbox, { command, stdin, signal }: ShellRequest): Promise<number> {
  const result = await sandbox.exec(command, {
    ...(stdin ? { stdin: await buffer(process.stdin) } : {}),
    maxOutputBytes: MAX_OUTPUT_BYTES,
    signal,
  });
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  return result.exitCode;
}

/** Line by line through the same persistent shell that agents use: variables and the folder last, full-screen programs do not work. */
async function converse(sandbox: Sandbox, name: string): Promise<number> {
  await using persistent = await openShell(sandbox);
  const lines = createInterface({
    input: process.stdin,
    ...(process.stdin.isTTY ? { output: process.stderr } : {}),
    prompt: `${name}$ `,
  });
  let last = 0;
  const prompt = () => process.stdin.isTTY && lines.prompt();
  prompt();
  for await (const line of lines) {
    if (line.trim() === "exit") break;
    const result = await persistent.shell.run(line, { maxOutputBytes: MAX_OUTPUT_BYTES });
    process.stdout.write(result.output);
    last = result.exitCode;
    prompt();
  }
  return last;
}

async function openShell(sandbox: Sandbox) {
  const shell = await sandbox.openShell();
  return { shell, [Symbol.asyncDispose]: () => shell.close() };
}
