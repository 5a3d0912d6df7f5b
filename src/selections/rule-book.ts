import type { RuleCount } from "../training-set.ts";
import type { Counter } from "../base/counter.ts";

/** Rules in the order in which they are applied, with what each left out; the reasons are counted in `refused` as well. */
export interface RuleBook {
  add(rule: string): LeaveOut;
  counts(): RuleCount[];
}

export type LeaveOut = (reason: string, count?: number) => void;

export function createRuleBook(refused: Counter): RuleBook {
  const rules: { rule: string; left_out: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, left_out: 0 };
      rules.push(entry);
      return (reason, count = 1) => {
        entry.left_out += count;
        if (count > 0) refused.add(reason, count);
      };
    },
    counts: () => rules.map((entry) => ({ ...entry })),
  };
}
