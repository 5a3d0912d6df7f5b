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
import { acquireLock } from "../base/lock.ts";
import type { Log } from "../base/log.ts";
import type { Dataset } from "../datasets/open.ts";
import { openSourceTrees } from "../datasets/source-trees.ts";
import type { SourceTrees } from "../datasets/source-trees.ts";
import type { Governor } from "../governor.ts";
import { admitFor } from "../governors/admit-for.ts";
import type { InstancePair } from "../instance.ts";
import type { Sampling } from "../model.ts";
import type { RunConfig, RunState } from "../run.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { TaskFamily } from "../task.ts";
import type { Tool } from "../tool.ts";
import { openLedger, readLedger, repairLedger } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import {
  LOCK,
  attemptFile,
  attemptFolder,
  exchangesFile,
  outputFile,
  patchFile,
  stepsFile,
} from "./layout.ts";
import { countRun, owedTargets, reduceLedger } from "./reduce.ts";
import type { RunCounts } from "./reduce.ts";
import { FATAL_CAUSES, RunStopped } from "./fatal.ts";
import { inParallel } from "./in-parallel.ts";

export interface ExecuteOptions {
  readonly run: string;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly familyOf: (task: string) => TaskFamily;
  /** One for each attempt. */
  readonly createAgent: () => Agent;
  readonly tools: readonly Tool[];
  /** For agents that are programs of their own. */
  readonly program?: ProgramOptions;
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

/**
 * Does what the run owes and nothing else: the same call after a crash continues. A fault that would meet
 * every attempt alike (a wrong key, an unreachable endpoint) stops the run.
 */
export async function executeRun(options: ExecuteOptions): Promise<RunCounts> {
  const { run, clock, log } = options;
  await using _lock = await acquireLock(path.join(run, LOCK), `The run ${run}`);
  const { events, tornBytes } = await readLedger(run);
  if (tornBytes > 0)
    log.warn(`the ledger ended in ${tornBytes} bytes of an unfinished line; they were taken away`);
  await repairLedger(run, tornBytes);
  await using ledger = await openLedger(run);
  await declareTargets(options, reduceLedger(events), ledger);
  await recoverFinished(run, reduceLedger((await readLedger(run)).events), ledger, clock);

  const state = reduceLedger((await readLedger(run)).events);
  const owed = new Set(owedTargets(state));
  if (owed.size > 0) await work(options, state, owed, ledger);
  return countRun(reduceLedger((await readLedger(run)).events), () => false);
}

async function declareTargets(options: ExecuteOptions, state: RunState, ledger: Ledger): Promise<void> {
  const known = new Set(state.targets);
  const quarantined = await options.dataset.validations();
  const targets: string[] = [];
  let instances = 0;
  let left = 0;
  for await (const { instance } of options.dataset.pairs()) {
    if (quarantined.get(instance.id)?.valid === false) {
      left++;
      continue;
    }
    if (instances++ >= (options.limit ?? Infinity)) break;
    for (let number = 1; number <= options.config.attempts; number++) {
      const target = `${instance.id}.${number}`;
      if (!known.has(target)) targets.push(target);
    }
  }
  if (left > 0) options.log.warn(`${left} instances are in quarantine (see validation.jsonl) and left out`);
  if (targets.length === 0) return;
  await ledger.append({
    type: "declared",
    schema_version: 1,
    at: options.clock.now().toISOString(),
    targets,
  });
}

/** An attempt whose record was written but not entered when its process was killed is finished, not lost. */
async function recoverFinished(run: string, state: RunState, ledger: Ledger, clock: Clock): Promise<void> {
  for (const { attempt } of state.open.values()) {
    const file = attemptFile(run, attempt);
    if (existsSync(file)) {
      const record = parseJson(await readTextFile(file), attemptSchema, file);
      await ledger.append({ type: "finished", at: clock.now().toISOString(), attempt: record });
    }
  }
}

async function work(
  options: ExecuteOptions,
  state: RunState,
  owed: Set<string>,
  ledger: Ledger,
): Promise<void> {
  const { run, dataset, log, clock } = options;
  const places = await makeWorkFolder();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const began = clock.elapsed();
  let done = 0;
  await using trees = openSourceTrees(dataset.folder);
  const attemptOne = async ({ target, pair }: OwedTarget) => {
    const id = `${target}.${(state.tries.get(target) ?? 0) + 1}`;
    await rm(attemptFolder(run, id), { recursive: true, force: true });
    const at = () => clock.now().toISOString();
    await ledger.append({ type: "started", at: at(), attempt: id, target, process: process.pid });
    const attempt = await prepareAndRun({ ...options, signal }, { id, target, pair, trees, places });
    await ledger.append({ type: "finished", at: at(), attempt });
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
    await inParallel(owedPairs(dataset, owed), options.concurrency, attemptOne, signal, (error) =>
      stop.abort(error),
    );
  } finally {
    await rm(places, { recursive: true, force: true });
  }
}

interface OwedTarget {
  readonly target: string;
  readonly pair: InstancePair;
}

async function* owedPairs(dataset: Dataset, owed: Set<string>): AsyncGenerator<OwedTarget> {
  for await (const pair of dataset.pairs()) {
    for (let number = 1; owed.has(`${pair.instance.id}.${number}`) || number === 1; number++) {
      const target = `${pair.instance.id}.${number}`;
      if (owed.has(target)) yield { target, pair };
    }
  }
}

interface AttemptPlace extends OwedTarget {
  readonly id: string;
  readonly trees: SourceTrees;
  readonly places: string;
}

/** As it is recorded: with nothing in it where all is the service's own. */
function samplingOf({ temperature, sampling }: RunConfig): { sampling?: Sampling } {
  const all: Sampling = defined({ ...sampling, temperature });
  return Object.keys(all).length === 0 ? {} : { sampling: all };
}

async function prepareAndRun(options: ExecuteOptions, place: AttemptPlace): Promise<Attempt> {
  const { id, target, pair, trees, places } = place;
  const { run, dataset, config } = options;
  const scratch = path.join(places, "g", id);
  await mkdir(path.dirname(scratch), { recursive: true });
  try {
    const workspace = await prepareWorkspace(dataset.folder, pair, trees, scratch);
    return await runAttempt({
      id,
      target,
      pair,
      family: options.familyOf(pair.instance.task),
      start: workspace.tree,
      workspace,
      agent: options.createAgent(),
      ...(config.model === undefined ? {} : { modelName: config.model.name, ...samplingOf(config) }),
      tools: options.tools,
      ...(options.program === undefined ? {} : { program: options.program }),
      sandboxes: options.sandboxes,
      sandboxId: `${places}/${id}`,
      limits: {
        maxSteps: config.max_steps,
        deadlineSeconds: config.deadline_seconds,
        ...(config.max_tokens === undefined ? {} : { maxTokens: config.max_tokens }),
      },
      ...admitFor(options.governor, config.model, run, id),
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
