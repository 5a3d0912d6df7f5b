import type { SampleHead } from "../sample.ts";
import { outcomeOf } from "./fields.ts";

/** How often each instance was solved, of all samples that have a verdict: what is always or never solved teaches little. */
export interface PassRates {
  add(head: SampleHead): void;
  /** Undefined of an instance that was never judged. */
  of(instance: string | null): PassRate | undefined;
}

export interface PassRate {
  readonly solved: number;
  readonly judged: number;
}

export function createPassRates(acceptClaims: boolean): PassRates {
  const rates = new Map<string, { solved: number; judged: number }>();
  return {
    add({ instance, grade }) {
      const outcome = outcomeOf(grade, acceptClaims);
      if (instance === null || (outcome !== "solved" && outcome !== "unsolved")) return;
      const rate = rates.get(instance) ?? { solved: 0, judged: 0 };
      rates.set(instance, rate);
      rate.judged++;
      if (outcome === "solved") rate.solved++;
    },
    of: (instance) => (instance === null ? undefined : rates.get(instance)),
  };
}
