import type { Attempt } from "../../attempt.ts";
import type { RunState, Spent } from "../../run.ts";
import type { Claim } from "../../store.ts";
import { attemptOf, targetOf } from "./records.ts";
import type { Verdict } from "../../verdict.ts";

/** What a caller asks of a store. */
export type Action =
  | { readonly kind: "declare"; readonly targets: readonly string[] }
  | { readonly kind: "claim"; readonly target: string; readonly worker: string }
  | { readonly kind: "finish"; readonly claim: Claim; readonly verdict: Verdict }
  | { readonly kind: "interrupt"; readonly claim: Claim }
  | { readonly kind: "heartbeat"; readonly claim: Claim }
  | { readonly kind: "skip"; readonly target: string }
  | { readonly kind: "note"; readonly text: string }
  /** Claims of the dead worker are given back; every second attempt had written its whole record. */
  | { readonly kind: "recover"; readonly dead: string }
  /** One claim of those; a whole recovery takes no lock on all targets at once. */
  | { readonly kind: "give-back"; readonly claim: Claim };

/** What the store answers: a claim's attempt, whether it was accepted, which claims were given back. */
export type Answer = string | boolean | null | readonly string[];

interface Known {
  tries: number;
  interruptions?: Record<string, number>;
  faults?: Record<string, number>;
  open?: Claim | undefined;
  last?: { readonly attempt: string; readonly outcome: Verdict["outcome"] };
  skipped?: string;
}

/** Tokens of an attempt that was interrupted. */
export const LEFT = { steps: 1, usage: { inputTokens: 7, outputTokens: 2 } };

/** The record of an attempt; the price of every second try is known. */
export function recordOf(attempt: string, verdict: Verdict): Attempt {
  return { ...attemptOf(attempt, verdict), ...(isEven(attempt) ? { dollars: 0.25 } : {}) };
}

export function isEven(attempt: string): boolean {
  return Number(attempt.slice(attempt.lastIndexOf(".") + 1)) % 2 === 0;
}

/** The contract in its plainest words, for one caller at a time: what a store must answer, and what it must know after it. */
export class StoreModel {
  readonly #targets = new Map<string, Known>();
  readonly #notes: string[] = [];
  #spent: Spent = {
    attempts: 0,
    seconds: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    dollars: 0,
    unpriced: 0,
  };

  copy(): StoreModel {
    const copy = new StoreModel();
    for (const [id, known] of this.#targets) copy.#targets.set(id, { ...known });
    copy.#notes.push(...this.#notes);
    copy.#spent = this.#spent;
    return copy;
  }

  perform(action: Action): Answer {
    switch (action.kind) {
      case "declare":
        for (const id of action.targets) if (!this.#targets.has(id)) this.#targets.set(id, { tries: 0 });
        return true;
      case "claim":
        return this.#claim(action.target, action.worker);
      case "finish":
        return this.#isCurrent(action.claim) && this.#finish(action.claim, action.verdict);
      case "interrupt":
        return this.#isCurrent(action.claim) && this.#interrupt(action.claim, "drained");
      case "heartbeat":
        return this.#isCurrent(action.claim);
      case "skip":
        return this.#skip(action.target);
      case "note":
        this.#notes.push(action.text);
        return true;
      case "give-back":
        return this.#giveBack(action.claim);
      case "recover":
        return this.#openOf(action.dead).map((claim) => {
          this.#giveBack(claim);
          return claim.attempt;
        });
    }
  }

  /** In the form of `whatIsKnown`. */
  known(): unknown {
    const targets = [...this.#targets].map(([id, { open, last, ...counts }]) => [
      id,
      { ...counts, open: open === undefined ? null : [open.attempt, open.worker], last: last ?? null },
    ]);
    return { targets, notes: this.#notes, spent: this.#spent };
  }

  #claim(id: string, worker: string): string | null {
    const target = this.#claimable(id);
    if (target === undefined) return null;
    target.tries++;
    const attempt = `${id}.${target.tries}`;
    target.open = { attempt, target: id, worker };
    return attempt;
  }

  #skip(id: string): boolean {
    const target = this.#claimable(id);
    if (target !== undefined) target.skipped = "not needed";
    return target !== undefined;
  }

  #claimable(id: string): Known | undefined {
    const target = this.#targets.get(id);
    if (target === undefined || target.open !== undefined || target.skipped !== undefined) return undefined;
    return target.last === undefined || target.last.outcome === "no-verdict" ? target : undefined;
  }

  #isCurrent({ target, attempt }: Claim): boolean {
    return this.#targets.get(target)?.open?.attempt === attempt;
  }

  #openOf(worker: string): Claim[] {
    return [...this.#targets.values()].flatMap(({ open }) => (open?.worker === worker ? [open] : []));
  }

  #finish(claim: Claim, verdict: Verdict): true {
    const attempt = recordOf(claim.attempt, verdict);
    this.#end(claim, (known) => {
      known.last = { attempt: attempt.id, outcome: verdict.outcome };
      const { cause = "" } = verdict;
      if (verdict.outcome === "no-verdict")
        known.faults = { ...known.faults, [cause]: (known.faults?.[cause] ?? 0) + 1 };
    });
    this.#spend(attempt, attempt.seconds);
    return true;
  }

  #interrupt(claim: Claim, reason: string): true {
    this.#end(claim, (known) => {
      known.interruptions = { ...known.interruptions, [reason]: (known.interruptions?.[reason] ?? 0) + 1 };
    });
    this.#spend(LEFT, 0);
    return true;
  }

  #giveBack(claim: Claim): boolean {
    if (!this.#isCurrent(claim)) return false;
    return isEven(claim.attempt) ? this.#finish(claim, RECOVERED) : this.#interrupt(claim, "process-gone");
  }

  #end(claim: Claim, change: (known: Known) => void): void {
    const known = this.#targets.get(claim.target);
    if (known === undefined) return;
    known.open = undefined;
    change(known);
  }

  #spend({ usage, dollars }: Pick<Attempt, "usage" | "dollars">, seconds: number): void {
    const { inputTokens = 0, outputTokens = 0 } = usage;
    this.#spent = {
      attempts: this.#spent.attempts + 1,
      seconds: this.#spent.seconds + seconds,
      inputTokens: this.#spent.inputTokens + inputTokens,
      outputTokens: this.#spent.outputTokens + outputTokens,
      cachedTokens: 0,
      dollars: this.#spent.dollars + (dollars ?? 0),
      unpriced: this.#spent.unpriced + (dollars === undefined ? 1 : 0),
    };
  }
}

/** The verdict in the record that a worker wrote whole before it was gone. */
export const RECOVERED: Verdict = {
  outcome: "unsolved",
  resolved: false,
  reward: 0,
  reasons: ["no-changes"],
  facts: {},
};

/** What a store's state says, as far as the contract says what it must be. */
export function whatIsKnown(state: RunState): unknown {
  const targets = [...state.targets].map(([id, { target, open, last, skipped, ...counts }]) => {
    if (target.id !== id || target.instance !== targetOf(id).instance) throw new Error(`${id} is mixed up`);
    return [
      id,
      {
        ...counts,
        ...(skipped === undefined ? {} : { skipped }),
        open: open === undefined ? null : [open.attempt, open.worker],
        last: last === undefined ? null : { attempt: last.attempt, outcome: last.outcome },
      },
    ];
  });
  return { targets, notes: state.notes.map(({ facts }) => facts["text"]), spent: state.spent };
}
