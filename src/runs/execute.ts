import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Agent } from "../agent.ts";
import { attemptSchema } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { prepareWorkspace } from "../attempts/prepare-workspace.ts";
import { runAttempt, type ProgramOptions } from "../attempts/run-attempt.ts";
import type { Clock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import { readTextFile } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { Dataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import type { SourceTrees } from "../datasets/source-trees.ts";
import type { Governor } from "../governor.ts";
import { admitFor } from "../governors/admit-for.ts";
import type { InstancePair } from "../instance.ts";
import type { Sampling } from "../model.ts";
import type { RunConfig, RunState, Solver, Target, TargetState } from "../run.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { TaskFamily } from "../task.ts";
import type { Tool } from "../tool.ts";
import type { RunStore } from "../store.ts";
import { countRun, type RunCounts } from "../stores/counts.ts";
import { openLocalStore } from "../stores/local/store.ts";
import { thisWorker } from "../stores/worker.ts";
import {
  attemptFile,
  attemptFolder,
  exchangesFile,
  outputFile,
  patchFile,
  stepsFile,
} from "../stores/local/layout.ts";
import { FATAL_CAUSES, RunStopped } from "./fatal.ts";
import { inParallel } from "./in-parallel.ts";

export interface ExecuteOptions {
  readonly run: string;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly familyOf: (task: string) => TaskFamily;
  /** Those of the configuration, by name. */
  readonly solvers: ReadonlyMap<string, SolverParts>;
  readonly sandboxes: SandboxProvider;
  /** Stands before each request to the model, where the run has one behind a service. */
  readonly governor?: Governor;
  readonly concurrency: number;
  /** How many instances to take, from the first; all when left out. */
  readonly limit?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** A solver of the configuration, ready to work. */
export interface SolverParts {
  readonly config: Solver;
  /** One for each attempt. */
  readonly createAgent: () => Agent;
  readonly tools: readonly Tool[];
  /** For agents that are programs of their own. */
  readonly program?: ProgramOptions;
}

/**
 * Does what the run owes and nothing else: the same call after a crash continues. A fault that would meet
 * every attempt alike (a wrong key, an unreachable endpoint) stops the run.
 */
export async function executeRun(options: ExecuteOptions): Promise<RunCounts> {
  const { run, clock, log } = options;
  await using store = await openLocalStore(run);
  if (store.tornBytes > 0)
    log.warn(`the ledger ended in ${store.tornBytes} bytes of an unfinished line; they were taken away`);
  await declareTargets(options, store);
  await store.recover(
    {
      // The lock is ours, so whoever worked on the run is gone.
      isAlive: () => false,
      recordOf: ({ attempt }) => readRecord(attemptFile(run, attempt)),
      leftBy: async () => ({ steps: 0, usage: {} }),
    },
    clock.now(),
  );
  const owed = new Set(owedTargets(store.state));
  if (owed.size > 0) await work(options, store, owed);
  return countRun(store.state, () => false);
}

async function declareTargets(options: ExecuteOptions, store: RunStore): Promise<void> {
  const quarantined = await options.dataset.validations();
  const targets: Target[] = [];
  let instances = 0;
  let left = 0;
  for await (const { instance } of options.dataset.pairs()) {
    if (quarantined.get(instance.id)?.valid === false) {
      left++;
      continue;
    }
    if (instances++ >= (options.limit ?? Infinity)) break;
    targets.push(...targetsOf(options.config, instance.id));
  }
  if (left > 0) options.log.warn(`${left} instances are in quarantine (see validation.jsonl) and left out`);
  await store.declare(targets, options.clock.now());
}

function targetsOf({ solvers, attempts }: RunConfig, instance: string): Target[] {
  return solvers.flatMap(({ name }) =>
    Array.from({ length: attempts }, (_, index) => {
      const number = index + 1;
      const id = solvers.length === 1 ? `${instance}.${number}` : `${instance}.${name}.${number}`;
      return { id, instance, solver: name, number };
    }),
  );
}

/** An attempt whose record was written but not entered when its process was killed is finished, not lost. */
async function readRecord(file: string): Promise<Attempt | undefined> {
  return existsSync(file) ? parseJson(await readTextFile(file), attemptSchema, file) : undefined;
}

/** Attempts that a target may start while something outside the agent keeps failing. */
export const TRIES_PER_TARGET = 3;

/** Targets that still need an attempt: never finished, or ended by a fault outside the agent with tries left. */
export function owedTargets(state: RunState): string[] {
  return [...state.targets.values()]
    .filter((target) => target.skipped === undefined && isOwed(target))
    .map(({ target }) => target.id);
}

function isOwed({ last, tries }: TargetState): boolean {
  return last === undefined || (last.outcome === "no-verdict" && tries < TRIES_PER_TARGET);
}

async function work(options: ExecuteOptions, store: RunStore, owed: Set<string>): Promise<void> {
  const { run, dataset, log, clock } = options;
  const places = await makeWorkFolder();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const worker = thisWorker();
  const began = clock.elapsed();
  let done = 0;
  await using trees = openSourceTrees(dataset.folder);
  const attemptOne = async ({ target, pair }: OwedTarget) => {
    const claim = await store.claim(target.id, worker, clock.now());
    if (claim === undefined) return;
    await rm(attemptFolder(run, claim.attempt), { recursive: true, force: true });
    const attempt = await prepareAndRun(
      { ...options, signal },
      { id: claim.attempt, target, pair, trees, places },
    );
    await store.finish(claim, attempt, clock.now());
    options.onAttempt?.(attempt);
    done++;
    const rate = (done / (clock.elapsed() - began)) * 60_000;
    const left = owed.size - done;
    const time = left === 0 ? "" : `, about ${Math.ceil((left / rate) * 60)} s left`;
    log.progress(`${done} of ${owed.size} attempts, ${rate.toFixed(1)} a minute${time}`, left === 0);
    const fatal = FATAL_CAUSES.find((cause) => attempt.verdict.cause === cause.cause);
    if (fatal !== undefined) throw new RunStopped(fatal, attempt);
  };
  try {
    await inParallel(
      owedPairs(dataset, store.state, owed),
      options.concurrency,
      attemptOne,
      signal,
      (error) => stop.abort(error),
    );
  } finally {
    await rm(places, { recursive: true, force: true });
  }
}

interface OwedTarget {
  readonly target: Target;
  readonly pair: InstancePair;
}

async function* owedPairs(
  dataset: Dataset,
  state: RunState,
  owed: ReadonlySet<string>,
): AsyncGenerator<OwedTarget> {
  const targets = [...state.targets.values()].map(({ target }) => target).filter(({ id }) => owed.has(id));
  const byInstance = Map.groupBy(targets, ({ instance }) => instance);
  for await (const pair of dataset.pairs())
    for (const target of byInstance.get(pair.instance.id) ?? []) yield { target, pair };
}

interface AttemptPlace extends OwedTarget {
  readonly id: string;
  readonly trees: SourceTrees;
  readonly places: string;
}

/** As it is recorded: with nothing in it where all is the service's own. */
function samplingOf({ temperature, sampling }: Solver): { sampling?: Sampling } {
  const all: Sampling = defined({ ...sampling, temperature });
  return Object.keys(all).length === 0 ? {} : { sampling: all };
}

function modelOf(solver: Solver) {
  return solver.model === undefined ? {} : { modelName: solver.model.name, ...samplingOf(solver) };
}

async function prepareAndRun(options: ExecuteOptions, place: AttemptPlace): Promise<Attempt> {
  const { id, target, pair, trees, places } = place;
  const { run, dataset, config } = options;
  const solver = options.solvers.get(target.solver);
  if (solver === undefined) throw new TypeError(`the run has no solver ${target.solver}`);
  const scratch = path.join(places, "g", id);
  await mkdir(path.dirname(scratch), { recursive: true });
  try {
    const workspace = await prepareWorkspace(dataset.folder, pair, trees, scratch);
    return await runAttempt({
      id,
      target: target.id,
      solver: target.solver,
      pair,
      family: options.familyOf(pair.instance.task),
      start: workspace.tree,
      workspace,
      agent: solver.createAgent(),
      ...modelOf(solver.config),
      tools: solver.tools,
      ...(solver.program === undefined ? {} : { program: solver.program }),
      sandboxes: options.sandboxes,
      sandboxId: `${places}/${id}`,
      limits: {
        maxSteps: config.max_steps,
        deadlineSeconds: config.deadline_seconds,
        ...(config.max_tokens === undefined ? {} : { maxTokens: config.max_tokens }),
      },
      ...admitFor(options.governor, solver.config.model, run, id),
      files: {
        steps: stepsFile(run, id),
        exchanges: exchangesFile(run, id),
        patch: patchFile(run, id),
        attempt: attemptFile(run, id),
        output: outputFile(run, id),
      },
      clock: options.clock,
      signal: options.signal,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A folder for what attempts need while they run: its name says nothing to an agent, and it lies apart from the run. */
async function makeWorkFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(os.tmpdir(), "w-")));
}
