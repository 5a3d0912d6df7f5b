import { z } from "zod";
import { ledgerEventSchema } from "../run.ts";
import type { AttemptSummary, RunState, TargetState } from "../run.ts";
import type { Usage } from "../model.ts";

const count = z.number();
const text = z.string();
const counts = z.array(count);
const maybeCounts = z.array(count.nullable());
const OUTCOMES = ["solved", "unsolved", "no-verdict"] as const;

/** What few targets have, by the target's place. Strict: a field that is not known here makes the columns unreadable, not wrong. */
const fewHave = z.strictObject({
  open: z.strictObject({ attempt: text, worker: text, at: text }).exactOptional(),
  skipped: text.exactOptional(),
});
const fewEndedWith = z.strictObject({ cause: text.exactOptional(), dollars: count.exactOptional() });

/**
 * The state of a run as columns, an item for each target: read in a fraction of the time that folding a long ledger takes. A column
 * of texts that repeat has their places in `words`.
 */
export const foldColumnsSchema = z.strictObject({
  words: z.array(text),
  id: z.array(text),
  /** The text, or how many characters of the id it is. */
  instance: z.array(z.union([count, text])),
  solver: counts,
  number: counts,
  tries: counts,
  interruptions: counts,
  faults: counts,
  few: z.record(text, fewHave),
  /** Of the attempt that ended last: the text, or what follows the target's id and a dot; null where none has ended. */
  last: z.array(z.union([count, text, z.null()])),
  at: z.array(text),
  outcome: counts,
  end: counts,
  seconds: counts,
  steps: counts,
  input: maybeCounts,
  output: maybeCounts,
  cached: maybeCounts,
  fewLast: z.record(text, fewEndedWith),
  notes: z.array(ledgerEventSchema),
  spent: z.strictObject({
    attempts: count,
    seconds: count,
    inputTokens: count,
    outputTokens: count,
    cachedTokens: count,
    dollars: count,
    unpriced: count,
  }),
});
export type FoldColumns = z.infer<typeof foldColumnsSchema>;

export function toColumns(state: RunState): FoldColumns {
  const columns = emptyColumns(state);
  const words = new Map<string, number>();
  const word = (value: string) => {
    const place = words.get(value) ?? words.size;
    words.set(value, place);
    return place;
  };
  for (const { target, tries, interruptions, faults, last, ...few } of state.targets.values()) {
    const place = columns.id.length;
    columns.id.push(target.id);
    columns.instance.push(target.id.startsWith(target.instance) ? target.instance.length : target.instance);
    columns.solver.push(word(target.solver));
    columns.number.push(target.number);
    columns.tries.push(tries);
    columns.interruptions.push(interruptions);
    columns.faults.push(faults);
    if (Object.keys(few).length > 0) columns.few[place] = few;
    pushLast(columns, target.id, last, word);
  }
  columns.words.push(...words.keys());
  return columns;
}

function pushLast(
  columns: FoldColumns,
  target: string,
  last: AttemptSummary | undefined,
  word: (value: string) => number,
): void {
  if (last === undefined) {
    columns.last.push(null);
    return;
  }
  const { attempt, at, outcome, end, seconds, steps, usage, ...few } = last;
  if (Object.keys(few).length > 0) columns.fewLast[columns.at.length] = few;
  const number = Number(attempt.slice(target.length + 1));
  columns.last.push(`${target}.${number}` === attempt ? number : attempt);
  columns.at.push(at);
  columns.outcome.push(OUTCOMES.indexOf(outcome));
  columns.end.push(word(end));
  columns.seconds.push(seconds);
  columns.steps.push(steps);
  columns.input.push(usage.inputTokens ?? null);
  columns.output.push(usage.outputTokens ?? null);
  columns.cached.push(usage.cachedTokens ?? null);
}

/** The same targets, in the same order, with equal states. */
export function targetsOf(columns: FoldColumns): Map<string, TargetState> {
  const targets = new Map<string, TargetState>();
  let ended = 0;
  for (const [place, id] of columns.id.entries()) {
    const instance = columns.instance[place] ?? id;
    const attempt = columns.last[place] ?? null;
    const last = attempt === null ? undefined : lastAt(columns, ended++, id, attempt);
    targets.set(id, {
      target: {
        id,
        instance: typeof instance === "number" ? id.slice(0, instance) : instance,
        solver: at(columns.words, at(columns.solver, place)),
        number: at(columns.number, place),
      },
      tries: at(columns.tries, place),
      interruptions: at(columns.interruptions, place),
      faults: at(columns.faults, place),
      ...(last === undefined ? {} : { last }),
      ...columns.few[place],
    });
  }
  return targets;
}

function lastAt(
  columns: FoldColumns,
  place: number,
  target: string,
  attempt: number | string,
): AttemptSummary {
  return {
    attempt: typeof attempt === "number" ? `${target}.${attempt}` : attempt,
    at: at(columns.at, place),
    outcome: at(OUTCOMES, at(columns.outcome, place)),
    end: at(columns.words, at(columns.end, place)),
    seconds: at(columns.seconds, place),
    steps: at(columns.steps, place),
    usage: usageOf(at(columns.input, place), at(columns.output, place), at(columns.cached, place)),
    ...columns.fewLast[place],
  };
}

function usageOf(input: number | null, output: number | null, cached: number | null): Usage {
  return {
    ...(input === null ? {} : { inputTokens: input }),
    ...(output === null ? {} : { outputTokens: output }),
    ...(cached === null ? {} : { cachedTokens: cached }),
  };
}

/** @throws RangeError where columns are not equally long, so that no target gets another's numbers. */
function at<T>(column: readonly T[], place: number): T {
  const value = column[place];
  if (value === undefined) throw new RangeError(`a column ends before ${place}`);
  return value;
}

function emptyColumns({ spent, notes }: RunState): FoldColumns {
  return {
    words: [],
    id: [],
    instance: [],
    solver: [],
    number: [],
    tries: [],
    interruptions: [],
    faults: [],
    few: {},
    last: [],
    at: [],
    outcome: [],
    end: [],
    seconds: [],
    steps: [],
    input: [],
    output: [],
    cached: [],
    fewLast: {},
    notes: [...notes],
    spent,
  };
}
