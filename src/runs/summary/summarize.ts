import type { EndpointHealth } from "../../governor.ts";
import type { RunConfig, TargetState } from "../../run.ts";
import { rateOf } from "../../statistics/interval.ts";
import { counterOf, type RunCounts } from "../../stores/counts.ts";
import { survey, type Surveyor } from "../../stores/survey.ts";
import type { Run } from "../open.ts";
import { paceOf, rateOfLastHour, rateOverall, type Pace } from "./pace.ts";
import { resultsOf, type SolverResult } from "./solver-results.ts";
import type { RunSummary, Who, Worker } from "./view.ts";

/** What there is to know beside the ledger. */
export interface Sight {
  isAlive(worker: string): boolean;
  /** The process that holds the run, where one does. */
  readonly holder?: { readonly host: string; readonly process: number };
  /** When the records of attempts under way last grew, by attempt. */
  readonly lastSigns: ReadonlyMap<string, Date>;
  readonly endpoints?: readonly EndpointHealth[];
}

/** Silence of all attempts under way that is longer than any single call or command should take. */
const STALLED_AFTER_MS = 15 * 60_000;
const SHOWN = 5;

/** What one look at each target tells. */
export interface Survey {
  readonly counts: RunCounts;
  readonly pace: Pace;
  /** Attempts under way, and those left by workers that are gone. */
  readonly open: readonly Open[];
  readonly solvers: readonly SolverResult[];
  readonly slowest: RunSummary["slowest"];
}

/** Pure; takes time in proportion to the targets. */
export function surveyRun({ manifest, state }: Seen, now: Date, isAlive: Sight["isAlive"]): Survey {
  const counts = counterOf(state, isAlive);
  const pace = paceOf(state, now);
  const open = openOnes();
  const solvers = resultsOf(manifest.config);
  const slowest = slowestOnes();
  survey(state, counts, pace, open, solvers, slowest);
  return {
    counts: counts.result(),
    pace: pace.result(),
    open: open.result(),
    solvers: solvers.result(),
    slowest: slowest.result(),
  };
}

type Seen = Pick<Run, "folder" | "manifest" | "state">;

/** Pure; takes no look at targets. */
export function summarizeRun(
  { folder, manifest: { config }, state }: Seen,
  { counts, pace, open, solvers, slowest }: Survey,
  now: Date,
  sight: Sight,
): RunSummary {
  const underWay = underWayOf(open, now, sight);
  const workers = workersOf(open, sight);
  const runState = stateOf(counts, pace, now, sight, workers);
  const lastHour = rateOfLastHour(pace, now);
  const graded = counts.solved + counts.unsolved;
  const left = counts.owed + counts.running;
  const until = runState === "working" ? now.getTime() : (pace.lastEvent ?? now.getTime());
  return {
    ...counts,
    run: folder,
    state: runState,
    isolation: config.isolation,
    who: config.solvers.map(whoIs),
    workers,
    done: counts.targets - left,
    solved_rate: rateOf(counts.solved, graded),
    coverage: { part: graded, of: counts.targets },
    rate: { last_hour: lastHour, overall: rateOverall(pace, until) },
    seconds_left: runState === "working" && lastHour !== null ? Math.round((left / lastHour) * 3600) : null,
    dollars: { known: state.spent.dollars, unpriced: state.spent.unpriced },
    solvers,
    slowest,
    under_way: underWay,
    last_event: pace.lastEvent === undefined ? null : new Date(pace.lastEvent).toISOString(),
    notes: state.notes.slice(-SHOWN).map(({ at, kind, facts }) => ({ at, kind, facts })),
    ...(sight.endpoints === undefined ? {} : { endpoints: sight.endpoints }),
  };
}

function whoIs({ name, agent, model }: RunConfig["solvers"][number]): Who {
  return { solver: name, agent, ...(model === undefined ? {} : { model: model.name }) };
}

function stateOf(
  counts: RunCounts,
  pace: Pace,
  now: Date,
  sight: Sight,
  workers: readonly Worker[],
): RunSummary["state"] {
  const atWork = sight.holder !== undefined || workers.some(({ alive }) => alive);
  if (!atWork) return counts.owed + counts.running === 0 ? "done" : "stopped";
  const signs = [...sight.lastSigns.values()].map((sign) => sign.getTime());
  // Nothing entered yet: it has only just begun.
  const last = Math.max(pace.lastEvent ?? now.getTime(), ...signs);
  return now.getTime() - last > STALLED_AFTER_MS ? "stalled" : "working";
}

/** By the claims that they hold, and whoever holds the run without one. */
function workersOf(open: readonly Open[], { isAlive, holder }: Sight): Worker[] {
  const attempts = new Map<string, number>();
  for (const { worker } of open) attempts.set(worker, (attempts.get(worker) ?? 0) + 1);
  const workers = [...attempts].map(([worker, count]): Worker => {
    const [host = "", process = ""] = worker.split(":");
    return { host, process: Number(process), alive: isAlive(worker), attempts: count };
  });
  const isListed = workers.some((worker) => worker.alive && worker.process === holder?.process);
  return holder === undefined || isListed ? workers : [...workers, { ...holder, alive: true, attempts: 0 }];
}

function openOnes(): Surveyor<Open[]> {
  const all: Open[] = [];
  return {
    look({ open }) {
      if (open !== undefined) all.push(open);
    },
    result: () => all,
  };
}

type Open = NonNullable<TargetState["open"]>;

function underWayOf(
  open: readonly Open[],
  now: Date,
  { isAlive, lastSigns }: Sight,
): RunSummary["under_way"] {
  return open
    .filter(({ worker }) => isAlive(worker))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ attempt, at }) => ({
      attempt,
      since: at,
      seconds: Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 1000)),
      last_sign: lastSigns.get(attempt)?.toISOString() ?? null,
    }));
}

/** Kept as it goes: sorting all of them would cost more than the rest. */
function slowestOnes(): Surveyor<RunSummary["slowest"]> {
  const slowest: NonNullable<TargetState["last"]>[] = [];
  return {
    look({ last }) {
      if (last === undefined || last.seconds <= (slowest[SHOWN - 1]?.seconds ?? -1)) return;
      slowest.push(last);
      slowest.sort((a, b) => b.seconds - a.seconds).splice(SHOWN);
    },
    result: () =>
      slowest.map(({ attempt, seconds, steps, outcome }) => ({ attempt, seconds, steps, outcome })),
  };
}
