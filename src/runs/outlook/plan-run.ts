import type { RunConfig, RunState, Solver } from "../../run.ts";
import { mayClaim } from "../../stores/fold.ts";
import { sampleOf, type Sample } from "./sample.ts";

/** What a rollout would do, as JSON has it. Null where nothing is known. */
export interface RunPlan {
  readonly instances: number;
  /** Left out, since they are in quarantine. */
  readonly quarantined: number;
  readonly solvers: readonly SolverPlan[];
  /** Time of all attempts by how many run at a time. */
  readonly wall_seconds: number | null;
  /** Of the attempts to come, in the run's folder. */
  readonly disk_bytes: number | null;
}

export interface SolverPlan {
  readonly solver: string;
  readonly agent: string;
  readonly model: string | null;
  readonly targets: number;
  readonly done: number;
  /** Declared already, and without a verdict. */
  readonly owed: number;
  readonly to_declare: number;
  /** Of what is owed and to be declared; at most that, where attempts stop at a success. */
  readonly tokens: Sample["tokens"] | null;
  readonly dollars: number | null;
  readonly attempt_seconds: number | null;
  /** Attempts that the figures rest on. */
  readonly sample: number;
}

export interface PlanOptions {
  readonly config: Pick<RunConfig, "solvers" | "attempts">;
  /** Ids of the instances to take. */
  readonly instances: readonly string[];
  readonly quarantined: number;
  readonly concurrency: number;
  /** Of the run, where it has begun. */
  readonly known?: RunState;
  /** From which run's attempts to judge; solvers are found by their name, or by being the only one. */
  readonly like?: { readonly solvers: readonly Solver[]; readonly state: RunState };
  /** Bytes of one attempt's files, on average. */
  readonly bytesPerAttempt?: number;
}

/** Pure, and declares nothing. */
export function planRun(options: PlanOptions): RunPlan {
  const { config, instances, quarantined, concurrency, bytesPerAttempt } = options;
  const solvers = config.solvers.map((solver) => planSolver(solver, options));
  const times = solvers.map(({ attempt_seconds: seconds }) => seconds);
  const known = times.filter((seconds) => seconds !== null);
  const toRun = solvers.reduce((sum, { owed, to_declare }) => sum + owed + to_declare, 0);
  return {
    instances: instances.length,
    quarantined,
    solvers,
    wall_seconds:
      known.length < times.length
        ? null
        : Math.round(known.reduce((sum, seconds) => sum + seconds, 0) / concurrency),
    disk_bytes: bytesPerAttempt === undefined ? null : Math.round(bytesPerAttempt * toRun),
  };
}

function planSolver(solver: Solver, options: PlanOptions): SolverPlan {
  const { config, instances, known } = options;
  const states = [...(known?.targets.values() ?? [])].filter(({ target }) => target.solver === solver.name);
  const declared = new Set(states.map(({ target }) => `${target.instance}\n${target.number}`));
  let toDeclare = 0;
  for (const instance of instances)
    for (let number = 1; number <= config.attempts; number++)
      if (!declared.has(`${instance}\n${number}`)) toDeclare++;
  // A claim of a process that is gone is owed too; one that still works makes the rollout wait anyway.
  const owed = states.filter((state) => state.open !== undefined || mayClaim(state)).length;
  const sample = sampleFor(solver, options);
  const attempts = (owed + toDeclare) * (sample?.tries ?? 1);
  return {
    solver: solver.name,
    agent: solver.agent,
    model: solver.model?.name ?? null,
    targets: states.length + toDeclare,
    done: states.length - owed,
    owed,
    to_declare: toDeclare,
    tokens: sample === undefined ? null : tokensOf(sample, attempts),
    dollars: sample?.dollars === undefined ? null : sample.dollars.value * attempts,
    attempt_seconds: sample === undefined ? null : Math.round(sample.seconds * attempts),
    sample: sample?.attempts ?? 0,
  };
}

/** The run's own attempts say most; another run's are better than nothing. */
function sampleFor(solver: Solver, { known, like }: PlanOptions): Sample | undefined {
  const own = known && sampleOf(known, solver);
  if (own !== undefined || like === undefined) return own;
  const same = like.solvers.find(({ name }) => name === solver.name) ?? only(like.solvers);
  return same && sampleOf(like.state, same);
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function tokensOf({ tokens }: Sample, attempts: number): Sample["tokens"] {
  return {
    input: Math.round(tokens.input * attempts),
    output: Math.round(tokens.output * attempts),
    cached: Math.round(tokens.cached * attempts),
  };
}
