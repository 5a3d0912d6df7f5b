import { existsSync } from "node:fs";
import os from "node:os";
import { z } from "zod";
import { attemptSchema } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import type { Clock } from "../base/clock.ts";
import { readTextFile } from "../base/files.ts";
import { parseJson, parseValue } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../base/owned-folder.ts";
import { removeRemains } from "../base/remains.ts";
import { systemSleep, type Sleep } from "../base/sleep.ts";
import { inSpan } from "../base/tracing.ts";
import type { Dataset } from "../datasets/open.ts";
import type { Governor } from "../governor.ts";
import type { PriceTable } from "../governors/prices.ts";
import type { RunConfig } from "../run.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { RunStore } from "../store.ts";
import { countRun, type RunCounts } from "../stores/counts.ts";
import { liftAttempt } from "../stores/local/format-1.ts";
import { attemptFile, attemptFolder } from "../stores/local/layout.ts";
import { type LocalStore, openLocalStore } from "../stores/local/store.ts";
import { thisWorker } from "../stores/worker.ts";
import type { TaskFamily } from "../task.ts";
import { DEADLINES, wholeAttempt } from "./deadlines.ts";
import { createDrain, type Drain } from "./drain.ts";
import { runTargets } from "./engine.ts";
import { measureRoom, shortOf, type Floors } from "./floors.ts";
import type { Gate } from "./gate.ts";
import { createGate, GATE_NOTE, solversPassed } from "./gates/create.ts";
import { pricedLeft } from "./left-by.ts";
import { attemptMaker, dollarsOfSolver, type SolverParts } from "./make-attempt.ts";
import { PairWindow } from "./pair-window.ts";
import { Pause } from "./pause.ts";
import { RETRY_RULES, type RetryRule } from "./retry-rules.ts";
import { Turns } from "./sandbox-turns.ts";
import { RunInterrupted } from "./stopped.ts";
import { declareTargets, wholeReader } from "./targets.ts";
import { TreePool } from "./tree-pool.ts";

export interface ExecuteOptions {
  readonly run: string;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly familyOf: (task: string) => TaskFamily;
  /** Those of the configuration, by name. */
  readonly solvers: ReadonlyMap<string, SolverParts>;
  readonly sandboxes: SandboxProvider;
  readonly concurrency: number;
  /** How many instances to take, from the first; all when left out. */
  readonly limit?: number;
  /** Leaves out what a model is known to solve without the repository. */
  readonly withoutMemorised?: boolean;
  /** Newly solved instances per attempt, below which further rounds are skipped; never when left out. */
  readonly minYield?: number;
  /** Seconds that attempts under way are given once `signal` is aborted. */
  readonly graceSeconds: number;
  /** Seconds without anything recorded after which an attempt is given up. */
  readonly stallSeconds: number;
  readonly floors?: Partial<Floors>;
  /** Folders beside the run's own whose file systems attempts fill. */
  readonly filled?: readonly string[];
  /** Sandboxes that are started at a time; one for each core when left out. */
  readonly sandboxStarts?: number;
  readonly rules?: readonly RetryRule[];
  /** Attempts of each solver that a gate looks at; 10 where there are 100 targets, else none, when left out. */
  readonly gate?: number;
  readonly governor?: Governor;
  /** By model. */
  readonly prices?: PriceTable;
  readonly clock: Clock;
  readonly sleep?: Sleep;
  readonly log: Log;
  /** Aborted to drain the run. */
  readonly signal: AbortSignal;
  /** Aborted to end it without waiting for anything. */
  readonly stopNow?: AbortSignal;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/**
 * Does what the run owes and nothing else: the same call after a crash continues.
 * @throws RunStopped when it ended early for a reason of its own · RunInterrupted when it was asked to, and targets are left.
 */
export async function executeRun(options: ExecuteOptions): Promise<RunCounts> {
  const { run, log, signal, stopNow, graceSeconds, sleep = systemSleep } = options;
  await using store = await openLocalStore(run);
  if (store.tornBytes > 0)
    log.warn(`the ledger ended in ${store.tornBytes} bytes of an unfinished line; they were taken away`);
  const readWhole = wholeReader(options.dataset);
  await declareTargets({ ...options, readWhole }, store);
  await recover(options, store);
  using drain = createDrain({
    signal,
    graceSeconds,
    sleep,
    ...(stopNow === undefined ? {} : { stopNow }),
  });
  const left = await inSpan("run", { "hybrid_gym.run": run }, () =>
    work({ ...options, readWhole, sleep }, store, drain),
  );
  const counts = countRun(store.state, () => false);
  if (drain.stopped !== undefined) throw drain.stopped;
  if (drain.noMore.aborted && left > 0) throw new RunInterrupted(left, { counts });
  return counts;
}

/** A target whose process was gone so often may be what ends it. */
const INTERRUPTIONS_PER_TARGET = 10;

async function recover(options: ExecuteOptions, store: RunStore): Promise<void> {
  const { run, solvers, clock, log } = options;
  const solverOf = (target: string) => solvers.get(store.state.targets.get(target)?.target.solver ?? "");
  const left = await store.recover(
    {
      // The lock is ours, so whoever worked on the run is gone.
      isAlive: () => false,
      recordOf: ({ attempt }) => readRecord(attemptFile(run, attempt)),
      leftBy: ({ attempt, target }) => pricedLeft(run, attempt, dollarsOfSolver(options, solverOf(target))),
    },
    clock.now(),
  );
  for (const { attempt, target } of left) {
    await removeRemains(attemptFolder(run, attempt));
    if ((store.state.targets.get(target)?.interruptions?.["process-gone"] ?? 0) < INTERRUPTIONS_PER_TARGET)
      continue;
    if (await store.skip(target, "interrupted-too-often", clock.now()))
      log.warn(`${target} was cut off ${INTERRUPTIONS_PER_TARGET} times and is left out`);
  }
}

/** An attempt whose record was written but not entered when its process was killed is finished, not lost. */
async function readRecord(file: string): Promise<Attempt | undefined> {
  if (!existsSync(file)) return undefined;
  return parseValue(liftAttempt(parseJson(await readTextFile(file), z.unknown(), file)), attemptSchema, file);
}

async function work(
  options: ExecuteOptions & { readonly readWhole: () => Promise<void>; readonly sleep: Sleep },
  store: LocalStore,
  drain: Drain,
): Promise<number> {
  const { run, dataset, config, clock, log, sleep } = options;
  const { rules = RETRY_RULES, sandboxStarts = os.availableParallelism(), filled = [] } = options;
  const places = await makeOwnedFolder("w-");
  await using trees = new TreePool(dataset.folder);
  await using pairs = new PairWindow(dataset);
  const maker = attemptMaker({
    ...options,
    dataset: dataset.folder,
    pairOf: (instance) => pairs.get(instance),
    trees,
    turns: new Turns(sandboxStarts),
    places,
  });
  const lacking = async () => shortOf(await measureRoom([run, places, ...filled]), options.floors ?? {});
  try {
    const { gate: _, ...others } = options;
    return await runTargets({
      ...others,
      ...gateOf(options, store),
      config,
      rules,
      store,
      worker: thisWorker(),
      maker: {
        ...maker,
        async ready(target) {
          await options.readWhole();
          await maker.ready?.(target);
        },
      },
      times: {
        stallSeconds: options.stallSeconds,
        wholeSeconds: wholeAttempt(config.deadline_seconds),
        cleaningSeconds: DEADLINES.cleaningSeconds,
      },
      tidy: () => store.tidy(clock.now()),
      pause: new Pause({ store, clock, sleep, log, lacking }),
      drain,
    });
  } finally {
    await removeOwnedFolder(places);
  }
}

/** Targets from which on a sample is worth its time. */
const GATED_TARGETS = 100;

function gateOf({ gate, config, clock }: ExecuteOptions, store: LocalStore): { gate?: Gate } {
  const attempts = gate ?? (store.state.targets.size >= GATED_TARGETS ? undefined : 0);
  if (attempts === 0) return {};
  const models = new Map(config.solvers.map(({ name, model }) => [name, model]));
  return {
    gate: createGate({
      ...(attempts === undefined ? {} : { attempts }),
      servedAs: (solver) => models.get(solver)?.served_as,
      // Recorded answers cost nothing, whether or not somebody counted their tokens.
      isFree: (solver) => models.get(solver)?.api === "replay",
      passed: solversPassed(store.state),
      note: (facts) => store.note(GATE_NOTE, facts, clock.now()),
    }),
  };
}
