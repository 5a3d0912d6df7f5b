import type { BuildSpent } from "../commands/build-governor.ts";

/** What a model's service was paid, and for what; nothing where none was asked. */
export function spentLine(what: string, spent: BuildSpent | undefined): string[] {
  if (spent === undefined) return [];
  const { tokens, cost } = spent;
  const dollars = cost === null ? "no price is known" : `$${cost.toFixed(cost < 1 ? 4 : 2)}`;
  return [`spent on ${what}: ${tokens.input} input and ${tokens.output} output tokens (${dollars})`];
}
