import type { Attempt } from "../attempt.ts";
import type { Clock } from "../base/clock.ts";
import { describeWriteFailure } from "../base/files.ts";
import { BudgetError, HybridGymError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Sleep } from "../base/sleep.ts";
import type { Interruption, Target } from "../run.ts";
import type { Claim, RunStore } from "../store.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import type { Drain } from "./drain.ts";
import type { Gate } from "./gate.ts";
import { ruleFor } from "./retry-rules.ts";
import type { Pause } from "./pause.ts";
import { Schedule, type SchedulePlan, type Stop } from "./schedule.ts";
import { RunStopped } from "./stopped.ts";
import { watched, type Watch, type WatchTimes } from "./watchdog.ts";

/** Makes attempts; what the engine does not know of is all in here. */
export interface AttemptMaker {
  /** Before a target is taken. @throws BudgetError where no call of an attempt at it could be admitted. */
  ready?(target: Target): Promise<void>;
  attempt(claim: Claim, target: Target, watch: Watch): Promise<Attempt>;
  /** The record of one that was given up from outside: it ended in `error`, or never. */
  giveUp(claim: Claim, target: Target, error: unknown): Promise<Attempt>;
  /** What one had done that came to no end. */
  leftBy(claim: Claim, target: Target): Promise<Omit<Interruption, "reason">>;
  events(attempt: Attempt): AsyncIterable<TrajectoryEvent>;
}

export interface EngineOptions extends SchedulePlan {
  readonly store: RunStore;
  readonly worker: string;
  readonly maker: AttemptMaker;
  readonly concurrency: number;
  readonly times: WatchTimes;
  readonly pause: Pause;
  readonly drain: Drain;
  readonly gate?: Gate;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
  /** Called after each end that was entered. */
  readonly tidy?: () => Promise<void>;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/**
 * Begins what is due, as many at a time as were asked for, and enters how each ended, until nothing is due or the run is drained. Says how many
 * targets are left. @throws whatever the store throws: then nothing more can be entered, and what was written is found by the next run.
 */
export async function runTargets(options: EngineOptions): Promise<number> {
  const engine = new Engine(options);
  await engine.run();
  return engine.left;
}

/** Well below the time after which a store may take a worker for gone. */
const HEARTBEAT_MS = 30_000;

class Engine {
  readonly #options: EngineOptions;
  readonly #schedule: Schedule;
  readonly #underWay = new Set<Promise<void>>();
  readonly #began: number;
  readonly #total: number;
  #failure: { readonly error: unknown } | undefined;
  /** Why endpoints and models were given up while others' targets went on, by their names. */
  readonly #givenUp = new Map<string, RunStopped>();
  #ended = 0;

  constructor(options: EngineOptions) {
    const { store, clock } = options;
    this.#options = options;
    this.#began = clock.elapsed();
    this.#schedule = new Schedule(store.state, options, { wall: clock.now(), elapsed: this.#began });
    this.#total = this.#schedule.left;
  }

  get left(): number {
    return this.#schedule.left;
  }

  async run(): Promise<void> {
    const { drain } = this.#options;
    await this.#enterSkips();
    while (!drain.noMore.aborted && (await this.#step()));
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    const [why] = this.#givenUp.values();
    if (why !== undefined && this.left > 0 && !drain.noMore.aborted) this.#stop(why);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** False when all is done. */
  async #step(): Promise<boolean> {
    const { clock, concurrency } = this.#options;
    if (this.#underWay.size >= concurrency) return this.#change(Infinity);
    const step = this.#schedule.next(clock.elapsed());
    switch (step.kind) {
      case "done":
        return false;
      case "busy":
        return this.#change(Infinity);
      case "wait":
        return this.#change(step.until - clock.elapsed());
      case "begin":
        if (await this.#mayBegin(step.target)) this.#begin(step.target);
        else this.#schedule.interrupted(step.target.id);
        return true;
    }
  }

  async #mayBegin(target: Target): Promise<boolean> {
    const { pause, drain, maker } = this.#options;
    try {
      if (!(await pause.mayBegin(this.#underWay.size === 0, drain.noMore))) return false;
      await maker.ready?.(target);
      return true;
    } catch (error) {
      this.#stop(error instanceof BudgetError ? stoppedBy(error, undefined) : error);
      return false;
    }
  }

  /** Waits until an attempt has ended, the run is drained, or the time is over. */
  async #change(ms: number): Promise<boolean> {
    const awake = new AbortController();
    const signal = AbortSignal.any([awake.signal, this.#options.drain.noMore]);
    const timer = ms === Infinity ? untilAborted(signal) : this.#options.sleep(ms, signal);
    await Promise.race([timer, ...this.#underWay]);
    awake.abort();
    return true;
  }

  #begin(target: Target): void {
    const work = this.#attempt(target)
      .catch((error: unknown) => this.#stop(error))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #attempt(target: Target): Promise<void> {
    const { store, worker, clock } = this.#options;
    const claim = await store.claim(target.id, worker, clock.now());
    if (claim === undefined) return this.#schedule.forget(target.id);
    const attempt = await this.#make(claim, target);
    if (attempt === "lost") return this.#schedule.forget(target.id);
    if (attempt === undefined) return this.#schedule.interrupted(target.id);
    const { cause, outcome } = attempt.verdict;
    const outage = outcome === "no-verdict" && this.#schedule.isOutage(target.id, cause);
    if (outage) await this.#interrupt(claim, target, "endpoint-away");
    else await store.finish(claim, attempt, clock.now());
    await this.#finished(attempt, outage);
  }

  /** Undefined when it was interrupted, which is entered; `lost` when the target is another worker's by now. */
  async #make(claim: Claim, target: Target): Promise<Attempt | "lost" | undefined> {
    const { drain, maker, clock, sleep, times } = this.#options;
    const over = new AbortController();
    const lost = new AbortController();
    const beating = this.#beat(claim, over.signal, lost);
    try {
      return await watched((watch) => maker.attempt(claim, target, watch), {
        ...times,
        clock,
        sleep,
        signal: AbortSignal.any([drain.now, lost.signal]),
      });
    } catch (thrown) {
      if (lost.signal.aborted) return "lost";
      const error = describeWriteFailure(thrown, claim.attempt);
      const rule = ruleFor(`error:${error instanceof HybridGymError ? error.code : ""}`, this.#options.rules);
      if (rule.action === "stop-run") {
        this.#stop(stoppedBy(error, rule.hint));
        await this.#interrupt(claim, target, rule.interruption ?? drain.interruption);
        return undefined;
      }
      if (!drain.now.aborted) return maker.giveUp(claim, target, error);
      await this.#interrupt(claim, target, drain.interruption);
      return undefined;
    } finally {
      over.abort();
      await beating;
    }
  }

  /** Says that the attempt goes on, and ends it where the store has given its target to another. */
  async #beat(claim: Claim, over: AbortSignal, lost: AbortController): Promise<void> {
    const { store, clock, sleep, log } = this.#options;
    for (;;) {
      await sleep(HEARTBEAT_MS, over);
      if (over.aborted) return;
      // One that cannot be said now may be said in time the next time.
      const held = await store.heartbeat(claim, clock.now()).catch((error: unknown) => {
        log.warn(`${claim.attempt}: the store does not hear that it goes on: ${messageOf(error)}`);
        return true;
      });
      if (held) continue;
      log.warn(`${claim.attempt} was given to another worker, and ends here`);
      return lost.abort(new Error("the claim was lost"));
    }
  }

  async #interrupt(claim: Claim, target: Target, reason: string): Promise<void> {
    const { store, maker, clock } = this.#options;
    await store.interrupt(claim, { reason, ...(await maker.leftBy(claim, target)) }, clock.now());
  }

  async #finished(attempt: Attempt, outage: boolean): Promise<void> {
    const { clock, onAttempt, gate, maker, store, tidy, log } = this.#options;
    const { verdict, steps, target } = attempt;
    const stop = this.#schedule.finished(
      target,
      {
        outcome: verdict.outcome,
        steps,
        outage,
        ...(verdict.cause === undefined ? {} : { cause: verdict.cause }),
      },
      clock.elapsed(),
    );
    await this.#enterSkips();
    if (stop !== undefined) this.#stopOrGoOn(stoppedByFault(attempt, stop.rule.hint), stop);
    if (outage) return;
    onAttempt?.(attempt);
    this.#report();
    const wrong = await gate
      ?.after(attempt, () => maker.events(attempt))
      .catch((error: unknown) => {
        // A record that cannot be read, of an attempt that was left behind, is no reason to end the run.
        log.warn(`the gate cannot look at ${attempt.id}: ${messageOf(error)}`);
        return undefined;
      });
    if (wrong !== undefined) {
      const { code, message, hint, facts } = wrong;
      await store.note("gate", { code, ...facts }, clock.now());
      this.#stop(new RunStopped({ code, message, hint, fields: { ...facts } }));
    }
    await tidy?.();
  }

  async #enterSkips(): Promise<void> {
    const { store, clock } = this.#options;
    for (const { target, reason } of this.#schedule.takeSkips())
      await store.skip(target, reason, clock.now());
  }

  /** Where one endpoint or model alone is given up, the reason is told now, and ends the run when the others' targets are done. */
  #stopOrGoOn(why: RunStopped, { alone }: Stop): void {
    if (alone === undefined) return this.#stop(why);
    if (!this.#givenUp.has(alone))
      this.#options.log.warn(`the targets of ${alone} stay owed, those of others go on: ${why.message}`);
    this.#givenUp.set(alone, why);
  }

  /** A reason of the run's own drains it; anything else is a failure of what keeps it, and ends it. */
  #stop(error: unknown): void {
    if (!(error instanceof RunStopped)) this.#failure ??= { error };
    const why = error instanceof RunStopped ? error : stoppedBy(error, undefined);
    if (this.#options.drain.stopped === undefined)
      this.#options.log.warn(`no attempts are begun any more: ${why.message}`);
    this.#options.drain.stop(why);
  }

  #report(): void {
    this.#ended++;
    const { log, clock } = this.#options;
    const { left } = this;
    const rate = (this.#ended / Math.max(1, clock.elapsed() - this.#began)) * 60_000;
    const time = left === 0 ? "" : `, about ${Math.ceil((left / rate) * 60)} s left`;
    const done = this.#total - left;
    log.progress(`${done} of ${this.#total} attempts, ${rate.toFixed(1)} a minute${time}`, left === 0);
  }
}

function stoppedBy(error: unknown, hint: string | undefined): RunStopped {
  const known = error instanceof HybridGymError ? error : undefined;
  return new RunStopped({
    code: known?.code ?? "internal",
    message: messageOf(error),
    hint: known?.hint ?? hint,
    fields: known?.fields,
    cause: error,
  });
}

function stoppedByFault({ id, verdict }: Attempt, hint: string | undefined): RunStopped {
  const cause = verdict.cause ?? "";
  return new RunStopped({
    code: cause.slice(cause.lastIndexOf(":") + 1),
    message: `The run stopped: ${String(verdict.facts["detail"] ?? cause)}`,
    hint,
    fields: { cause, attempt: id },
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
