import { readFile, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isRunning } from "../base/lock.ts";
import type { EndpointHealth } from "../governor.ts";
import { endpointOf } from "../governors/admit-for.ts";
import { openRun, type Run } from "../runs/open.ts";
import { summarizeRun, surveyRun, type Sight, type Survey } from "../runs/summary/summarize.ts";
import type { RunSummary } from "../runs/summary/view.ts";
import { GRADES, LEDGER, LOCK, stepsFile } from "../stores/local/layout.ts";
import { isWorkerAlive } from "../stores/worker.ts";

export interface StatusOptions {
  readonly now?: () => Date;
  /** How the endpoints are doing, where a governor can say. */
  readonly health?: () => Promise<readonly EndpointHealth[]>;
}

/** How far a run is. Reads the ledger, and the times of the records of attempts under way; no attempt's files. */
export async function status(folder: string, options: StatusOptions = {}): Promise<RunSummary> {
  return summarize(await openRun(folder), options);
}

/** The run's state every two seconds, until it is done or `signal` is aborted. The ledger is read only when it has grown. */
export async function* watchStatus(
  folder: string,
  signal: AbortSignal,
  options: StatusOptions = {},
): AsyncGenerator<RunSummary> {
  let run: Run | undefined;
  let read = "";
  while (!signal.aborted) {
    const size = await sizeOf(folder);
    if (run === undefined || size !== read) run = await openRun(folder);
    read = size;
    const summary = await summarize(run, options);
    yield summary;
    if (summary.state === "done") return;
    await wait(INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

const INTERVAL_MS = 2_000;

async function summarize(run: Run, { now = () => new Date(), health }: StatusOptions): Promise<RunSummary> {
  const holder = await holderOf(run.folder);
  const called = new Set(
    run.manifest.config.solvers.flatMap(({ model }) =>
      model === undefined ? [] : endpointOf(model.base_url),
    ),
  );
  const endpoints = (await health?.())?.filter(({ endpoint }) => called.has(endpoint));
  const isAlive = (worker: string) => isWorkerAlive(worker, true);
  const time = now();
  const survey = surveyRun(run, time, isAlive);
  const sight: Sight = {
    isAlive,
    ...(holder === undefined ? {} : { holder }),
    lastSigns: await lastSigns(run.folder, survey),
    ...(endpoints === undefined ? {} : { endpoints }),
  };
  return summarizeRun(run, survey, time, sight);
}

async function lastSigns(folder: string, { open }: Survey): Promise<Map<string, Date>> {
  const signs = await Promise.all(
    open.map(async ({ attempt }) => {
      const file = await stat(stepsFile(folder, attempt)).catch(() => undefined);
      return file === undefined ? [] : [[attempt, file.mtime] as const];
    }),
  );
  return new Map(signs.flat());
}

/** The process of this machine that has the run's lock. */
async function holderOf(folder: string): Promise<Sight["holder"]> {
  const owner = await readFile(path.join(folder, LOCK), "utf8").catch(() => "");
  const [id = "", started = ""] = owner.split(" ");
  if (!(Number(id) > 0 && isRunning(Number(id), started))) return undefined;
  return { host: os.hostname(), process: Number(id) };
}

async function sizeOf(folder: string): Promise<string> {
  const files = [LEDGER, GRADES].map((name) => stat(path.join(folder, name)).catch(() => undefined));
  return (await Promise.all(files)).map((file) => file?.size ?? 0).join(" ");
}
