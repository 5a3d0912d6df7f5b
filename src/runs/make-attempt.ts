import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Agent } from "../agent.ts";
import { ATTEMPT_FORMAT, type Attempt } from "../attempt.ts";
import { prepareWorkspace } from "../attempts/prepare-workspace.ts";
import { openRecorder } from "../attempts/recorder.ts";
import { causeOf, runAttempt, type ProgramOptions } from "../attempts/run-attempt.ts";
import type { Clock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import { messageOf } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import type { Log } from "../base/log.ts";
import { within } from "../base/within.ts";
import type { Admit, Governor } from "../governor.ts";
import { admitFor, askerOf } from "../governors/admit-for.ts";
import { dollarsOf, type PriceTable } from "../governors/prices.ts";
import type { InstancePair } from "../instance.ts";
import type { Sampling, Usage } from "../model.ts";
import type { RunConfig, Solver, Target } from "../run.ts";
import type { SandboxProvider } from "../sandbox.ts";
import type { Claim } from "../store.ts";
import {
  attemptFile,
  attemptFolder,
  exchangesFile,
  outputFile,
  patchFile,
  stepsFile,
} from "../stores/local/layout.ts";
import type { TaskFamily } from "../task.ts";
import type { Tool } from "../tool.ts";
import { readTrajectory } from "../trajectories/read.ts";
import { noVerdict } from "../verdict.ts";
import { DEADLINES } from "./deadlines.ts";
import type { AttemptMaker } from "./engine.ts";
import { pricedLeft } from "./left-by.ts";
import { guardSandboxes, type GuardedSandboxes, type Turns } from "./sandbox-turns.ts";
import type { TreePool } from "./tree-pool.ts";
import type { Watch } from "./watchdog.ts";

/** A solver of the configuration, ready to work. */
export interface SolverParts {
  readonly config: Solver;
  /** One for each attempt. */
  readonly createAgent: () => Agent;
  readonly tools: readonly Tool[];
  /** For agents that are programs of their own. */
  readonly program?: ProgramOptions;
}

export interface MakerOptions {
  readonly run: string;
  readonly dataset: string;
  readonly config: RunConfig;
  readonly familyOf: (task: string) => TaskFamily;
  /** Those of the configuration, by name. */
  readonly solvers: ReadonlyMap<string, SolverParts>;
  readonly pairOf: (instance: string) => Promise<InstancePair>;
  readonly trees: TreePool;
  readonly sandboxes: SandboxProvider;
  readonly turns: Turns;
  /** A folder for what attempts need while they run. */
  readonly places: string;
  readonly governor?: Governor;
  /** By model. */
  readonly prices?: PriceTable;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes attempts in the run's folder. */
export function attemptMaker(options: MakerOptions): AttemptMaker {
  const { run } = options;
  const guards = new Map<string, GuardedSandboxes>();
  return {
    async ready(target) {
      const asker = askerOf(solverOf(options, target).config.model, run);
      if (asker !== undefined) await options.governor?.ready(asker);
    },
    async attempt(claim, target, watch) {
      await rm(attemptFolder(run, claim.attempt), { recursive: true, force: true });
      const pair = await options.pairOf(target.instance);
      return options.trees.use(pair, async (trees) => {
        const done = await options.turns.take(watch.signal);
        watch.begin();
        const guard = guardSandboxes(options.sandboxes, DEADLINES, options.log, done);
        guards.set(claim.attempt, guard);
        const scratch = path.join(options.places, "g", claim.attempt);
        try {
          await mkdir(path.dirname(scratch), { recursive: true });
          const preparing = prepareWorkspace(options.dataset, pair, trees, scratch);
          const workspace = await within(DEADLINES.prepareSeconds, "preparing a start state", preparing);
          return await runAttempt({
            ...attemptOf(options, claim, target, pair, watch),
            start: workspace.tree,
            workspace,
            sandboxes: guard.provider,
          });
        } finally {
          done();
          guards.delete(claim.attempt);
          await rm(scratch, { recursive: true, force: true });
        }
      });
    },
    async giveUp(claim, target, error) {
      await guards.get(claim.attempt)?.stopAll();
      return recordGivenUp(options, claim, target, error);
    },
    async leftBy(claim, target) {
      await guards.get(claim.attempt)?.stopAll();
      return pricedLeft(run, claim.attempt, dollarsOfSolver(options, solverOf(options, target)));
    },
    events: ({ id }) => readTrajectory(stepsFile(run, id)),
  };
}

function attemptOf(
  options: MakerOptions,
  { attempt: id }: Claim,
  target: Target,
  pair: InstancePair,
  watch: Watch,
) {
  const { run, config, places } = options;
  const solver = solverOf(options, target);
  return {
    id,
    target: target.id,
    solver: target.solver,
    pair,
    family: options.familyOf(pair.instance.task),
    agent: solver.createAgent(),
    ...modelOf(solver.config),
    tools: solver.tools,
    ...(solver.program === undefined ? {} : { program: solver.program }),
    sandboxId: `${places}/${id}`,
    limits: {
      maxSteps: config.max_steps,
      deadlineSeconds: config.deadline_seconds,
      ...(config.max_tokens === undefined ? {} : { maxTokens: config.max_tokens }),
    },
    ...patient(watch, admitFor(options.governor, solver.config.model, run, id)),
    dollarsOf: dollarsOfSolver(options, solver),
    files: {
      steps: stepsFile(run, id),
      exchanges: exchangesFile(run, id),
      patch: patchFile(run, id),
      attempt: attemptFile(run, id),
      output: outputFile(run, id),
    },
    clock: options.clock,
    signal: watch.signal,
    onActivity: () => watch.active(),
    isLeftBehind: () => watch.isLeftBehind(),
    gradeSeconds: DEADLINES.gradeSeconds,
  };
}

/** Services may ask for a pause that is longer than a stall. */
function patient(watch: Watch, { admit }: { admit?: Admit }): { admit?: Admit } {
  if (admit === undefined) return {};
  return { admit: (size, signal) => watch.waiting(() => admit(size, signal)) };
}

/** What a solver's tokens cost; undefined where its price is not known. */
export function dollarsOfSolver({ prices }: Pick<MakerOptions, "prices">, solver: SolverParts | undefined) {
  const price = prices?.get(solver?.config.model?.name ?? "");
  return (usage: Usage) => (price === undefined ? undefined : dollarsOf(price, usage));
}

function solverOf({ solvers }: MakerOptions, { solver }: Target): SolverParts {
  const parts = solvers.get(solver);
  if (parts === undefined) throw new TypeError(`the run has no solver ${solver}`);
  return parts;
}

function modelOf(solver: Solver) {
  return solver.model === undefined ? {} : { modelName: solver.model.name, ...samplingOf(solver) };
}

/** As it is recorded: with nothing in it where all is the service's own. */
function samplingOf({ temperature, sampling }: Solver): { sampling?: Sampling } {
  const all: Sampling = defined({ ...sampling, temperature });
  return Object.keys(all).length === 0 ? {} : { sampling: all };
}

/** The row of an attempt that broke where no verdict could be given, or hangs: complete, so that every reader finds what it expects. */
async function recordGivenUp(
  options: MakerOptions,
  claim: Claim,
  target: Target,
  error: unknown,
): Promise<Attempt> {
  const { run, clock, sandboxes } = options;
  const { attempt: id } = claim;
  const solver = solverOf(options, target);
  const agent = solver.createAgent();
  const pair = await options.pairOf(target.instance);
  const detail = messageOf(error);
  const files = { steps: stepsFile(run, id), exchanges: exchangesFile(run, id) };
  const at = clock.now().toISOString();
  if (!existsSync(files.steps)) {
    const start = {
      attempt: id,
      instance: target.instance,
      agent: { name: agent.name, version: agent.version },
      tools: [],
      isolation: sandboxes.level,
    };
    await using recorder = await openRecorder(files, start, clock);
    await recorder.end("fault", detail);
  }
  if (!existsSync(patchFile(run, id))) await writeFileDurably(patchFile(run, id), "");
  const attempt: Attempt = {
    schema_version: ATTEMPT_FORMAT,
    id,
    target: target.id,
    instance: target.instance,
    solver: target.solver,
    agent: agent.name,
    agent_version: agent.version,
    ...(solver.config.model === undefined ? {} : { model: solver.config.model.name }),
    isolation: sandboxes.level,
    started_at: at,
    seconds: 0,
    end: "fault",
    ...(await pricedLeft(run, id, dollarsOfSolver(options, solver))),
    patch_bytes: 0,
    grader_version: options.familyOf(pair.instance.task).graderVersion,
    verdict: noVerdict(causeOf(error), { detail }),
  };
  await writeFileDurably(attemptFile(run, id), `${JSON.stringify(attempt, null, 2)}\n`);
  return attempt;
}
