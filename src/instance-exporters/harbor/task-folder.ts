import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { syncFolder } from "../../base/files.ts";
import type { FileChange, Tree } from "../../tree.ts";
import { dockerfile, solveScript, testScript, VERIFIER_ARCHIVE } from "./scripts.ts";
import { writeTreeArchive } from "./start-archive.ts";
import { START_ARCHIVE, TASK_FILE, type VerifierTask } from "./verifier/task.ts";

/** All that makes a task. */
export interface TaskParts {
  readonly config: string;
  readonly baseImage: string;
  readonly start: Tree;
  /** From the start state to a tree that solves the instance. */
  readonly solution: readonly FileChange[];
  readonly verifier: VerifierTask;
}

/**
 * Fills a folder that exists with one task: `environment/` holds what the agent may see and nothing else; what tells the answer lies in
 * `tests/` and `solution/`, which readers show nobody before the agent has ended.
 */
export async function writeTaskFolder(
  folder: string,
  parts: TaskParts,
  copyVerifier: (target: string) => Promise<void>,
): Promise<void> {
  const at = (...names: string[]) => path.join(folder, ...names);
  const write = (file: string, content: string | Uint8Array, mode = 0o644) =>
    writeFile(file, content, { flag: "wx", flush: true, mode });
  for (const name of ["environment", "tests", "solution", "solution/files"]) await mkdir(at(name));
  await write(at("task.toml"), parts.config);
  await write(at("instruction.md"), parts.verifier.instruction);
  await write(at("environment", "Dockerfile"), dockerfile(parts.baseImage, parts.start.id));
  await writeTreeArchive(parts.start, at("environment", START_ARCHIVE));
  await writeTreeArchive(parts.start, at("tests", START_ARCHIVE));
  await write(at("tests", TASK_FILE), `${JSON.stringify(parts.verifier, null, 2)}\n`);
  await write(at("tests", "test.sh"), testScript(), 0o755);
  await copyVerifier(at("tests", VERIFIER_ARCHIVE));
  const files = parts.solution.map(({ path: file, after }) => ({ file, content: after?.content }));
  for (const [index, { content }] of files.entries())
    await write(at("solution", "files", String(index + 1)), content ?? "");
  await write(at("solution", "solve.sh"), solveScript(files.map(({ file }) => file)), 0o755);
  for (const name of ["environment", "tests", "solution/files", "solution", ""]) await syncFolder(at(name));
}
