import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import { systemCode } from "../../base/errors.ts";
import type { RunState } from "../../run.ts";
import type { Claim, RunStore } from "../../store.ts";
import { type Verdict, noVerdict, solved, unsolved } from "../../verdict.ts";
import { countRun } from "../counts.ts";
import {
  type Action,
  type Answer,
  isEven,
  LEFT,
  RECOVERED,
  recordOf,
  StoreModel,
  whatIsKnown,
} from "./model.ts";
import { targetOf } from "./records.ts";

/** Somewhere that a store keeps one run. */
export interface StorePlace extends AsyncDisposable {
  /** Opens what is kept there; the first time, nothing is. */
  open(): Promise<RunStore>;
  /** How many may be open at once: 1 where the store is its place's only writer. */
  readonly handles: number;
  /** Takes away what is kept only for speed, so that the next `open` goes by the events alone. */
  forgetDerived?(): Promise<void>;
}

/** An action before it is known which claims there are; those are picked from all that were ever given, lost ones too. */
type Plan =
  | Exclude<Action, { readonly claim: Claim }>
  | { readonly kind: "finish"; readonly pick: number; readonly verdict: Verdict }
  | { readonly kind: "interrupt" | "heartbeat"; readonly pick: number };

/** What happens next: calls at once, each through one of the handles, or the end of all handles and new ones. */
export type Moment =
  | { readonly calls: readonly { readonly handle: number; readonly plan: Plan }[] }
  | { readonly again: "reopened" | "rebuilt" };

const TARGETS = ["a.1", "a.2", "b.1"];
const WORKERS = ["w1", "w2", "w3"];

export function moments(): fc.Arbitrary<Moment[]> {
  const target = fc.constantFrom(...TARGETS);
  const worker = fc.constantFrom(...WORKERS);
  const pick = fc.nat({ max: 20 });
  const verdict = fc.constantFrom(
    solved({}),
    unsolved(["no-changes"]),
    noVerdict("sandbox"),
    noVerdict("model:x"),
  );
  const plan = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("claim" as const), target, worker }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("finish" as const), pick, verdict }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("interrupt", "heartbeat"), pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("skip" as const), target }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("note" as const), text: fc.string({ unit: "binary" }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("recover" as const), dead: worker }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("declare" as const),
        targets: fc.subarray(TARGETS, { minLength: 1 }),
      }),
    },
  );
  const call = fc.record({ handle: fc.nat({ max: 3 }), plan });
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 4 }) }) },
      { weight: 1, arbitrary: fc.record({ again: fc.constantFrom("reopened", "rebuilt") }) },
    ),
    { minLength: 1, maxLength: 25 },
  );
}

/** Plays them, and throws at the first that no order of the calls explains. */
export async function play(place: StorePlace, all: readonly Moment[]): Promise<void> {
  let handles = await openAll(place);
  let model = new StoreModel();
  const claims: Claim[] = [];
  try {
    await handles[0]?.declare(TARGETS.slice(0, 1).map(targetOf), AT);
    model.perform({ kind: "declare", targets: TARGETS.slice(0, 1) });
    for (const moment of all) {
      let told: readonly Told[] = [];
      if ("calls" in moment) told = await callAll(handles, moment.calls, claims);
      else {
        await closeAll(handles);
        if (moment.again === "rebuilt") await place.forgetDerived?.();
        handles = await openAll(place);
      }
      const [first] = handles;
      if (first !== undefined) model = explain(model, told, first.state);
      for (const { state } of handles) requireSame(state, model);
    }
  } finally {
    await closeAll(handles);
  }
}

async function callAll(
  handles: readonly RunStore[],
  calls: Extract<Moment, { calls: unknown }>["calls"],
  claims: Claim[],
): Promise<Told[]> {
  const actions = calls.flatMap(({ handle, plan }) => {
    const action = actionOf(plan, claims);
    return action === undefined ? [] : [{ store: handles[handle % handles.length], action }];
  });
  const told = await Promise.all(
    actions.map(async ({ store, action }) => ({ action, answer: await ask(store, action) })),
  );
  for (const { action, answer } of told) if (action.kind === "claim") claims.push(...claimOf(action, answer));
  return told;
}

const AT = new Date("2026-01-01T00:00:00.000Z");

async function openAll(place: StorePlace): Promise<RunStore[]> {
  const handles: RunStore[] = [];
  for (let handle = 0; handle < place.handles; handle++) handles.push(await place.open());
  return handles;
}

async function closeAll(handles: readonly RunStore[]): Promise<void> {
  for (const handle of handles) await handle[Symbol.asyncDispose]();
}

function actionOf(plan: Plan, claims: readonly Claim[]): Action | undefined {
  if (!("pick" in plan)) return plan;
  const claim = claims[plan.pick % claims.length];
  if (claim === undefined) return undefined;
  const { pick: _, ...rest } = plan;
  return { ...rest, claim };
}

function claimOf({ target, worker }: { target: string; worker: string }, answer: Answer): Claim[] {
  return typeof answer === "string" ? [{ attempt: answer, target, worker }] : [];
}

async function ask(store: RunStore | undefined, action: Action): Promise<Answer> {
  if (store === undefined) throw new Error("a store is never opened without a handle");
  switch (action.kind) {
    case "declare":
      await store.declare(action.targets.map(targetOf), AT);
      return true;
    case "claim":
      return (await store.claim(action.target, action.worker, AT))?.attempt ?? null;
    case "finish":
      return accepted(store.finish(action.claim, recordOf(action.claim.attempt, action.verdict), AT));
    case "interrupt":
      return accepted(store.interrupt(action.claim, { reason: "drained", ...LEFT }, AT));
    case "heartbeat":
      return store.heartbeat(action.claim, AT);
    case "skip":
      return store.skip(action.target, "not needed", AT);
    case "note":
      await store.note("remark", { text: action.text }, AT);
      return true;
    default:
      return recover(store, action.kind === "recover" ? action.dead : action.claim.worker);
  }
}

async function recover(store: RunStore, dead: string): Promise<string[]> {
  const given = await store.recover(
    {
      isAlive: (worker) => worker !== dead,
      recordOf: async ({ attempt }) => (isEven(attempt) ? recordOf(attempt, RECOVERED) : undefined),
      leftBy: async () => LEFT,
    },
    AT,
  );
  for (const { worker } of given) expect(worker).toBe(dead);
  return given.map(({ attempt }) => attempt);
}

async function accepted(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (systemCode(error) === "claim-lost") return false;
    throw error;
  }
}

interface Told {
  readonly action: Action;
  readonly answer: Answer;
}

/** The model after an order of the calls in which each gets the answer that it got, and which leaves what is known now. */
function explain(model: StoreModel, told: readonly Told[], state: RunState): StoreModel {
  const known = whatIsKnown(state);
  const after = inSomeOrder(model, told.length === 1 ? told : told.flatMap(inParts), known);
  if (after !== undefined) return after;
  throw new Error(
    `no order of these calls explains their answers and what is known after them: ${JSON.stringify({ told, known })}`,
  );
}

function inSomeOrder(model: StoreModel, told: readonly Told[], known: unknown): StoreModel | undefined {
  if (told.length === 0) return isDeepStrictEqual(model.known(), known) ? model : undefined;
  for (const [index, { action, answer }] of told.entries()) {
    const next = model.copy();
    if (JSON.stringify(next.perform(action)) !== JSON.stringify(answer)) continue;
    const after = inSomeOrder(next, told.toSpliced(index, 1), known);
    if (after !== undefined) return after;
  }
  return undefined;
}

/** Among other calls a recovery is that of each claim by itself. */
function inParts({ action, answer }: Told): Told[] {
  if (action.kind !== "recover" || !Array.isArray(answer)) return [{ action, answer }];
  return answer.map((attempt: string) => {
    const target = attempt.slice(0, attempt.lastIndexOf("."));
    return { action: { kind: "give-back", claim: { attempt, target, worker: action.dead } }, answer: true };
  });
}

function requireSame(state: RunState, model: StoreModel): void {
  expect(whatIsKnown(state)).toEqual(model.known());
  for (const living of WORKERS) requireAccounted(state, living);
}

function requireAccounted(state: RunState, living: string): void {
  const {
    targets,
    solved: good,
    unsolved: bad,
    no_verdict,
    skipped,
    running,
    owed,
  } = countRun(state, (worker) => worker === living);
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  expect(good + bad + sum(no_verdict) + sum(skipped) + running + owed).toBe(targets);
}
