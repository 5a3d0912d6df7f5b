import path from "node:path";
import type { Attempt } from "../attempt.ts";
import { InputError } from "../base/errors.ts";
import type { LedgerEvent, RunState } from "../run.ts";
import { PATCH, STEPS } from "../stores/local/layout.ts";
import { readEvents } from "../stores/local/ledger.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { readTrajectory } from "../trajectories/read.ts";
import { readGrades, withGrade } from "./grades.ts";
import type { Run } from "./open.ts";

/** One attempt of a run, whatever became of it. */
export interface AttemptHistory {
  readonly id: string;
  readonly target: string;
  readonly instance: string;
  /** `open`: no end is known, since it is under way or its process is gone. */
  readonly state: "finished" | "interrupted" | "open";
  readonly claimed?: { readonly at: string; readonly worker: string };
  /** With the newest verdict. */
  readonly attempt?: Attempt;
  readonly interruption?: Interrupted;
}

type Interrupted = Omit<Extract<LedgerEvent, { type: "interrupted" }>, "type" | "attempt" | "target">;

/** The lines of a run's ledger that are about these targets, oldest first. */
export async function eventsOfTargets(folder: string, targets: ReadonlySet<string>): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for await (const event of readEvents(folder)) events.push(...partAbout(event, targets));
  return events;
}

function partAbout(event: LedgerEvent, targets: ReadonlySet<string>): LedgerEvent[] {
  if (event.type === "declared") {
    const own = event.targets.filter(({ id }) => targets.has(id));
    return own.length === 0 ? [] : [{ ...event, targets: own }];
  }
  if (event.type === "finished") return targets.has(event.attempt.target) ? [event] : [];
  return "target" in event && targets.has(event.target) ? [event] : [];
}

/**
 * The attempts that an id names: one by its own id, the last by that of its target, and the last at each target of an instance.
 * @throws InputError `no-such-attempt`.
 */
export async function findAttempts(run: Run, id: string): Promise<AttemptHistory[]> {
  const targets = targetsNamed(run.state, id);
  const histories = await historiesOf(run, targets);
  const own = histories.filter((history) => history.id === id);
  if (own.length > 0) return own;
  const last = [...Map.groupBy(histories, ({ target }) => target).values()].flatMap(
    (all) => lastOf(all) ?? [],
  );
  const isNamed =
    targets.some((target) => target === id) ||
    run.state.targets.values().some(({ target }) => target.instance === id);
  if (isNamed && last.length > 0) return last;
  throw new InputError({
    code: "no-such-attempt",
    message: `${run.folder} has no attempt "${id}", and none at an instance or target of that name`,
    hint: `"hybrid-gym attempts ${run.folder}" lists those that are finished, "hybrid-gym status" those under way.`,
    fields: { run: run.folder, id },
  });
}

/** A finished one says more than a later one that did not end. */
function lastOf(histories: readonly AttemptHistory[]): AttemptHistory | undefined {
  return histories.findLast(({ state }) => state === "finished") ?? histories.at(-1);
}

function targetsNamed({ targets }: RunState, id: string): string[] {
  const ofAttempt = id.replace(/\.\d+$/, "");
  return [...targets.values()]
    .filter(({ target }) => [id, ofAttempt].includes(target.id) || target.instance === id)
    .map(({ target }) => target.id);
}

async function historiesOf(run: Run, targets: readonly string[]): Promise<AttemptHistory[]> {
  const histories = new Map<string, AttemptHistory>();
  const grades = await readGrades(run.folder);
  const put = (id: string, target: string, more: Partial<AttemptHistory>) => {
    const instance = run.state.targets.get(target)?.target.instance ?? target;
    histories.set(id, { state: "open", ...histories.get(id), id, target, instance, ...more });
  };
  for (const event of await eventsOfTargets(run.folder, new Set(targets))) {
    if (event.type === "claimed")
      put(event.attempt, event.target, { claimed: { at: event.at, worker: event.worker } });
    if (event.type === "finished") {
      const attempt = withGrade(event.attempt, grades.get(event.attempt.id));
      put(attempt.id, attempt.target, { state: "finished", attempt });
    }
    if (event.type === "interrupted") {
      const { type: _, attempt, target, ...interruption } = event;
      put(attempt, target, { state: "interrupted", interruption });
    }
  }
  return [...histories.values()];
}

/** What an attempt had recorded, as far as it came: nothing where there is no record. */
export async function eventsOfAttempt(run: Run, attempt: string): Promise<TrajectoryEvent[]> {
  const files = await run.files(attempt);
  const steps = await files?.read(STEPS);
  if (files === undefined || steps === undefined) return [];
  return Array.fromAsync(readTrajectory(path.join(files.path, STEPS), steps));
}

/** Empty where it left none. */
export async function patchOfAttempt(run: Run, attempt: string): Promise<string> {
  const patch = await (await run.files(attempt))?.read(PATCH);
  return patch?.toString("utf8") ?? "";
}
