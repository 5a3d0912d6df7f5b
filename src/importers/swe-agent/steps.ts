import type { Fields } from "../shared/fields.ts";

/** What the history says of a turn. */
export interface Said {
  readonly content: string;
  readonly thought: string;
  readonly action: string | undefined;
  result: string | undefined;
}

/**
 * Reads of the steps what the history says too; a step that says something else keeps it unread.
 * @returns the observation of the last step where the history ends before it.
 */
export function stepsAgain(steps: readonly Fields[], said: readonly Said[]): string | undefined {
  if (steps.length !== said.length) return undefined;
  for (const [place, step] of steps.entries()) {
    const turn = said[place];
    if (turn === undefined) continue;
    step.again("response", turn.content);
    step.again("thought", turn.thought);
    step.again("action", turn.action);
    const observation = step.peek("observation");
    if (typeof observation === "string" && turn.result?.includes(observation) === true)
      step.text("observation");
  }
  return said.at(-1)?.result === undefined ? steps.at(-1)?.text("observation") : undefined;
}
