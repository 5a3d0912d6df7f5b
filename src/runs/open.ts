import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Attempt } from "../attempt.ts";
import { InputError } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { migrate } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { RUN_FORMAT, runManifestSchema } from "../run.ts";
import type { RunManifest, RunState } from "../run.ts";
import { countRun, type RunCounts } from "../stores/counts.ts";
import { liftManifest } from "../stores/local/format-1.ts";
import { attemptFinder, type AttemptFinder } from "../stores/local/attempt-files.ts";
import { RUN } from "../stores/local/layout.ts";
import { readFinished, readLedger } from "../stores/local/ledger.ts";
import type { LedgerView } from "../stores/local/view.ts";
import { isWorkerAlive } from "../stores/worker.ts";
import { readGrades, withGrade } from "./grades.ts";

export interface Run {
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Absolute path of the dataset. */
  readonly dataset: string;
  readonly state: RunState;
  readonly counts: RunCounts;
  /** Where more of it is found. */
  readonly ledger: LedgerView;
  /** The files of an attempt, loose or packed. */
  readonly files: AttemptFinder;
}

/** Reads a run as it is now; safe while a run works on it. @throws InputError when the folder is no run. */
export async function openRun(folder: string): Promise<Run> {
  const manifest = await readRunManifest(folder);
  const ledger = await readLedger(folder);
  const files = attemptFinder(folder, ledger);
  const state = await withGrades(ledger.fold, folder);
  let counts: RunCounts | undefined;
  return {
    folder,
    manifest,
    dataset: path.resolve(folder, manifest.dataset),
    state,
    // Few of those who open a run count it, and at 100,000 targets that takes a while.
    get counts() {
      return (counts ??= countRun(state, (worker) => isWorkerAlive(worker, true)));
    },
    ledger,
    files,
  };
}

/** The last finished attempt of each target that has one, by target, each with its newest verdict; all of them in memory. */
export async function finishedAttempts(run: Run): Promise<ReadonlyMap<string, Attempt>> {
  const finished = new Map<string, Attempt>();
  for await (const attempt of eachFinishedAttempt(run)) finished.set(attempt.target, attempt);
  return finished;
}

/** The same one by one, in the order of `targets` where they are given. Those without a finished attempt are left out. */
export async function* eachFinishedAttempt(
  { folder, ledger }: Run,
  targets: Iterable<string> = ledger.finishedTargets(),
): AsyncGenerator<Attempt> {
  const grades = await readGrades(folder);
  for await (const attempt of readFinished(folder, ledger, targets))
    yield withGrade(attempt, grades.get(attempt.id));
}

export async function readRunManifest(folder: string): Promise<RunManifest> {
  const file = path.join(folder, RUN);
  if (!existsSync(file)) {
    throw new InputError({
      code: "not-a-run",
      message: `${folder} is no run (no ${RUN} in it)`,
      hint: 'Name a folder that "hybrid-gym rollout --run" made.',
      fields: { folder },
    });
  }
  const row = parseJson(await readTextFile(file), z.record(z.string(), z.unknown()), file);
  return parseValue(migrate(row, RUN_FORMAT, { 1: liftManifest }, file), runManifestSchema, file);
}

/** Counts go by the newest verdicts. */
async function withGrades(state: RunState, folder: string): Promise<RunState> {
  const grades = await readGrades(folder);
  if (grades.size === 0) return state;
  const targets = [...state.targets].map(([id, target]) => {
    const grade = target.last && grades.get(target.last.attempt);
    if (target.last === undefined || grade === undefined) return [id, target] as const;
    const { cause: _, ...last } = target.last;
    const { outcome, cause } = grade.verdict;
    return [
      id,
      { ...target, last: { ...last, outcome, ...(cause === undefined ? {} : { cause }) } },
    ] as const;
  });
  return { targets: new Map(targets), spent: state.spent, notes: state.notes };
}
