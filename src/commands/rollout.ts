import { existsSync } from "node:fs";
import path from "node:path";
import { systemClock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import { silentLog } from "../base/log.ts";
import { openDataset } from "../datasets/open.ts";
import { askerOf } from "../governors/admit-for.ts";
import type { RunConfig } from "../run.ts";
import { createRun } from "../runs/create.ts";
import { executeRun } from "../runs/execute.ts";
import { readRunManifest } from "../runs/open.ts";
import type { RunCounts } from "../stores/counts.ts";
import { RUN } from "../stores/local/layout.ts";
import { loadFamilies } from "./families.ts";
import { chooseIsolation, sandboxFolder } from "./isolation.ts";
import type { RolloutRequest } from "./rollout-request.ts";
import { prepareSolvers } from "./run-agents.ts";
import { configOf } from "./run-config.ts";
import { reap } from "./storage.ts";

/**
 * Starts or continues a run: every instance gets its attempts, each graded or with a named cause.
 * @throws InputError `other-run` · RunStopped for what every attempt would meet · RunInterrupted when `signal` was aborted and targets are left.
 */
export async function rollout(request: RolloutRequest): Promise<RunCounts> {
  const known = existsSync(path.join(request.run, RUN)) ? await readRunManifest(request.run) : undefined;
  const image = request.image ?? known?.config.image;
  await using sandboxes = await chooseIsolation(request.isolation ?? known?.config.isolation, image);
  const config = configOf(image === undefined ? request : { ...request, image }, sandboxes.level);
  const { log = silentLog } = request;
  if (sandboxes.level === "process" && request.isolation === undefined && known === undefined) {
    log.warn('sandboxes are at the level "process", which is no isolation; "hybrid-gym doctor" says why');
  }
  const dataset = await openDataset(request.dataset);
  const familyOf = await loadFamilies();
  // What a killed run left behind would otherwise hold memory until somebody asks.
  const reaped = await reap();
  if (reaped.length > 0) log.info(`${reaped.length} sandboxes of dead owners removed`);
  // One that goes on is asked before each attempt: where nothing is owed, there is nothing to refuse.
  if (known === undefined) await requireBudget(request, config);
  await createRun(request.run, dataset, config, sandboxes);
  await using solvers = await prepareSolvers(config, sandboxes, log);
  const { limit, withoutMemorised, minYield, sandboxStarts, stopNow, gate, governor, prices, onAttempt } =
    request;
  return await executeRun({
    run: request.run,
    dataset,
    config,
    familyOf,
    solvers: solvers.byName,
    sandboxes,
    concurrency: request.concurrency ?? 2,
    graceSeconds: request.graceSeconds ?? 120,
    stallSeconds: request.stallSeconds ?? 900,
    floors: defined({ diskBytes: request.minFreeDisk, memoryBytes: request.minFreeMemory }),
    filled: [sandboxFolder()],
    ...defined({
      limit,
      withoutMemorised,
      minYield,
      sandboxStarts,
      stopNow,
      gate,
      governor,
      prices,
      onAttempt,
    }),
    clock: systemClock,
    log,
    signal: request.signal ?? new AbortController().signal,
  });
}

/** A price that is not known, or a day that is spent, begins no run. @throws BudgetError */
async function requireBudget({ run, governor }: RolloutRequest, { solvers }: RunConfig): Promise<void> {
  for (const { model } of solvers) {
    const asker = askerOf(model, run);
    if (asker !== undefined) await governor?.ready(asker);
  }
}
