import { lstatSync } from "node:fs";
import path from "node:path";
import { readTextFile } from "../../../base/files.ts";
import { parseJson } from "../../../base/json.ts";
import { SandboxLimitError } from "../../../sandbox.ts";
import { changedFiles } from "../../../sandboxes/shared/changed-files.ts";
import { MAX_CHANGED_BYTES, MAX_NEW_ENTRIES } from "../../../sandboxes/shared/limits.ts";
import { loadSyntaxes } from "../../../syntaxes/index.ts";
import type { Grader } from "../../../task.ts";
import { taskGraders } from "../../../tasks/index.ts";
import type { FileChange, Tree } from "../../../tree.ts";
import { noVerdict, unsolved, type Verdict } from "../../../verdict.ts";
import { readStartTree } from "./start-tree.ts";
import { START_ARCHIVE, TASK_FILE, type VerifierTask, verifierTaskSchema } from "./task.ts";

/**
 * Judges what an agent left in a folder, as a run of ours judges what it takes out of its sandbox: the folder is read as data, held
 * against the start state in `tests`, and the family decides. Nothing in it is run.
 */
export async function judgeFolder(tests: string, workspace: string): Promise<Verdict> {
  const file = path.join(tests, TASK_FILE);
  const task = parseJson(await readTextFile(file), verifierTaskSchema, file);
  const grader = await graderOf(task);
  if ("outcome" in grader) return grader;
  const start = await readStartTree(path.join(tests, START_ARCHIVE), task.start_tree);
  // Not an agent's failure: where a reader made no such folder, nobody could have worked in it.
  if (lstatSync(workspace, { throwIfNoEntry: false })?.isDirectory() !== true)
    return noVerdict("workspace-missing", { detail: `there is no folder ${workspace}` });
  const changes = await changesIn(workspace, start);
  if (changes instanceof SandboxLimitError) return unsolved([changes.code], { detail: changes.message });
  const { instruction, answer } = task;
  const judged = await grader.judge({ instruction, answer, start, changes });
  if ("outcome" in judged) return judged;
  return noVerdict("needs-sandboxes", { detail: `${task.task} is judged by running code` });
}

async function graderOf({ task, grader_version }: VerifierTask): Promise<Grader | Verdict> {
  const grader = taskGraders({ syntaxes: await loadSyntaxes() }).find(({ name }) => name === task);
  if (grader?.graderVersion === grader_version) return grader;
  const found = grader === undefined ? "no grader" : `version ${grader.graderVersion}`;
  return noVerdict("grader-differs", { detail: `${task}: ${found}, not version ${grader_version}` });
}

async function changesIn(workspace: string, start: Tree): Promise<readonly FileChange[] | SandboxLimitError> {
  const caps = { maxChangedBytes: MAX_CHANGED_BYTES, maxNewEntries: MAX_NEW_ENTRIES };
  return changedFiles(workspace, start, caps).catch((error: unknown) => {
    if (error instanceof SandboxLimitError) return error;
    throw error;
  });
}
