import { z } from "zod";
import { parseValue } from "../base/json.ts";
import type { TextMeasure, Transform, TransformResult, TransformRow } from "../transform.ts";
import { one, positive, refused } from "./items.ts";
import { partsOf, type Parts, type Step } from "./steps.ts";
import { windowsOf, type Window } from "./windows.ts";
import { windowRow } from "./window-row.ts";

const optionsSchema = z.strictObject({
  /** Tokens that a row may have. */
  length: z.int().positive(),
  /** `truncate`: the first steps that fit; `last`: the last ones; `windows`: all, in several samples. */
  policy: z.enum(["truncate", "last", "windows"]).default("truncate"),
  /** Of `windows`: steps of the one before that a window shows again, where there is room. */
  overlap: z.int().nonnegative().default(2),
  /** Whether the task says how many steps are left out before a window. */
  note: z.boolean().default(true),
});
type FitOptions = z.infer<typeof optionsSchema>;
const parse = (options: unknown) => parseValue(options, optionsSchema, "options of the transform fit");

/** Into the length of a context, in whole steps: no call loses its result, and nothing is shortened. */
export const fit: Transform = {
  name: "fit",
  version: 1,
  changes: "cuts whole steps off until the rest has no more than so many tokens, or makes windows of them",
  may: { cut: true, addNote: true },
  countsTokens: true,
  parseOptions: parse,
  open(given, measure) {
    const options = parse(given);
    return (row) => fitted(row, partsOf(row, measure), options, measure);
  },
};

function tokensIn(steps: readonly Step[]): number {
  return steps.reduce((sum, { tokens }) => sum + tokens, 0);
}

function fitted(row: TransformRow, parts: Parts, options: FitOptions, measure: TextMeasure): TransformResult {
  const { head, steps, tail } = parts;
  const { length, policy } = options;
  if (head.tokens + tokensIn(steps) + tail.tokens <= length) return one(row, {});
  if (policy === "truncate") return truncated(row, parts, length);
  const windows = windowsOf(parts, { ...options, policy }, measure);
  if (typeof windows === "string") return refused("does-not-fit", windows);
  const rows = windows.map((window: Window, place) => {
    const { row: made, context } = windowRow(row, parts, window, options.note);
    const left = steps.length - (window.to - window.from);
    const changes =
      policy === "last"
        ? { "steps-cut": left }
        : { windows: 1, "steps-elsewhere": left, "context-steps": context };
    const suffix = policy === "windows" ? { suffix: `~w${place + 1}` } : {};
    return { row: made, changes: positive(changes), ...suffix };
  });
  return { kind: "rows", rows };
}

function truncated(row: TransformRow, { head, steps, tail }: Parts, length: number): TransformResult {
  let tokens = head.tokens;
  let kept = 0;
  for (const step of steps) {
    if (tokens + step.tokens > length) break;
    tokens += step.tokens;
    kept++;
  }
  if (kept === 0) {
    const first = steps[0]?.tokens ?? 0;
    return refused("does-not-fit", `what comes before and the first step have ${head.tokens + first} tokens`);
  }
  const end = tail.items.filter(({ event }) => event.type === "end");
  const items = [...head.items, ...steps.slice(0, kept).flatMap((step) => step.items), ...end];
  const inputs = tail.items.length - end.length;
  return one({ ...row, items }, { "steps-cut": steps.length - kept, "inputs-cut": inputs });
}
