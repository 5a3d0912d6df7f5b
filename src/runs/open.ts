import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { migrate } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { readFile } from "node:fs/promises";
import { isRunning } from "../base/lock.ts";
import { RUN_FORMAT, runManifestSchema } from "../run.ts";
import type { RunManifest, RunState } from "../run.ts";
import { readLedger } from "./ledger.ts";
import { readGrades, type SavedGrade, withGrade } from "./grades.ts";
import { LOCK, RUN } from "./layout.ts";
import { countRun, reduceLedger } from "./reduce.ts";
import type { RunCounts } from "./reduce.ts";

export interface Run {
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Absolute path of the dataset. */
  readonly dataset: string;
  readonly state: RunState;
  readonly counts: RunCounts;
}

/** Reads a run as it is now; safe while a run works on it. @throws InputError when the folder is no run. */
export async function openRun(folder: string): Promise<Run> {
  const manifest = await readRunManifest(folder);
  const { events } = await readLedger(folder);
  const state = withGrades(reduceLedger(events), await readGrades(folder));
  const owner = await ownerOf(folder);
  const counts = countRun(state, (process) => process === owner);
  return { folder, manifest, dataset: path.resolve(folder, manifest.dataset), state, counts };
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
  return parseValue(migrate(row, RUN_FORMAT, {}, file), runManifestSchema, file);
}

function withGrades(state: RunState, grades: ReadonlyMap<string, SavedGrade>): RunState {
  if (grades.size === 0) return state;
  const finished = [...state.finished].map(
    ([target, attempt]) => [target, withGrade(attempt, grades.get(attempt.id))] as const,
  );
  return { ...state, finished: new Map(finished) };
}

/** The process that works on the run now, if one does. */
async function ownerOf(folder: string): Promise<number | undefined> {
  const text = await readFile(path.join(folder, LOCK), "utf8").catch(() => "");
  const [name = "", started = ""] = text.split(" ");
  const id = Number(name);
  return id > 0 && isRunning(id, started) ? id : undefined;
}
