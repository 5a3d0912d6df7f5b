import { z } from "zod";
import { ledgerEventSchema } from "../run.ts";
import type { AttemptSummary, RunState, TargetState } from "../run.ts";
import type { Usage } from "../model.ts";

const count = z.number();
const text = z.string();

/** One look at each item: a schema for each would take longer than all the rest of reading. */
function columnOf<T>(isItem: (item: unknown) => item is T): z.ZodType<T[]> {
  return z.custom<T[]>((value) => Array.isArray(value) && value.every(isItem));
}
const isCount = (item: unknown) => typeof item === "number";
const isText = (item: unknown) => typeof item === "string";
export const countsSchema = columnOf(isCount);
const texts = columnOf(isText);
const maybeCounts = columnOf((item) => item === null || isCount(item));
const countsOrTexts = columnOf((item) => isCount(item) || isText(item));
const maybeCountsOrTexts = columnOf((item) => item === null || isCount(item) || isText(item));
const OUTCOMES = ["solved", "unsolved", "no-verdict"] as const;

/** What few targets have, by the target's place. Strict: a field that is not known here makes the columns unreadable, not wrong. */
const fewHave = z.strictObject({
  open: z.strictObject({ attempt: text, worker: text, at: text }).exactOptional(),
  skipped: text.exactOptional(),
  interruptions: z.record(text, count).exactOptional(),
  faults: z.record(text, count).exactOptional(),
});
const fewEndedWith = z.strictObject({ cause: text.exactOptional() });

/**
 * The state of a run as columns, an item for each target: read in a fraction of the time that folding a long ledger takes. A column
 * of texts that repeat has their places in `words`.
 */
export const foldColumnsSchema = z.strictObject({
  words: texts,
  id: texts,
  /** The text, or how many characters of the id it is. */
  instance: countsOrTexts,
  solver: countsSchema,
  number: countsSchema,
  tries: countsSchema,
  few: z.record(text, fewHave),
  /** Of the attempt that ended last: the text, or what follows the target's id and a dot; null where none has ended. */
  last: maybeCountsOrTexts,
  at: texts,
  outcome: countsSchema,
  end: countsSchema,
  seconds: countsSchema,
  steps: countsSchema,
  input: maybeCounts,
  output: maybeCounts,
  cached: maybeCounts,
  dollars: maybeCounts,
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
  for (const { target, tries, last, ...few } of state.targets.values()) {
    const place = columns.id.length;
    columns.id.push(target.id);
    columns.instance.push(target.id.startsWith(target.instance) ? target.instance.length : target.instance);
    columns.solver.push(word(target.solver));
    columns.number.push(target.number);
    columns.tries.push(tries);
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
  const { attempt, at, outcome, end, seconds, steps, usage, dollars, ...few } = last;
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
  columns.dollars.push(dollars ?? null);
}

/** What gives the state of the target at a place, equal to the one that was there. @throws RangeError where columns do not fit. */
export function rowsOf(columns: FoldColumns): (place: number) => TargetState {
  const endedBefore = requireFitting(columns);
  return (place) => {
    const id = at(columns.id, place);
    const instance = at(columns.instance, place);
    const attempt = at(columns.last, place);
    const state: Writable<TargetState> = {
      target: {
        id,
        instance: typeof instance === "number" ? id.slice(0, instance) : instance,
        solver: at(columns.words, at(columns.solver, place)),
        number: at(columns.number, place),
      },
      tries: at(columns.tries, place),
    };
    if (attempt !== null) state.last = lastAt(columns, endedBefore[place] ?? 0, id, attempt);
    const few = columns.few[place];
    return few === undefined ? state : Object.assign(state, few);
  };
}

/**
 * For each target, how many before it have ended: its place in the columns that only those have. All columns are looked at here, so
 * that one that does not fit is known when a checkpoint is opened, and no target gets another's numbers.
 */
function requireFitting(columns: FoldColumns): Uint32Array {
  const { words, id, instance, solver, number, tries, last } = columns;
  const endedBefore = new Uint32Array(id.length);
  let ended = 0;
  for (const [place, attempt] of last.entries()) {
    endedBefore[place] = ended;
    if (attempt !== null) ended++;
  }
  for (const column of [instance, solver, number, tries, last]) requireLength(column, id.length);
  const { at: times, outcome, end, seconds, steps, input, output, cached, dollars } = columns;
  for (const column of [times, outcome, end, seconds, steps, input, output, cached, dollars])
    requireLength(column, ended);
  for (const column of [solver, end]) requireBelow(column, words.length);
  requireBelow(outcome, OUTCOMES.length);
  return endedBefore;
}

function requireLength(column: readonly unknown[], length: number): void {
  if (column.length !== length) throw new RangeError(`a column has ${column.length} items, not ${length}`);
}

function requireBelow(column: readonly number[], limit: number): void {
  if (!column.every((item) => item >= 0 && item < limit))
    throw new RangeError(`a column names something from ${limit} on`);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function lastAt(
  columns: FoldColumns,
  place: number,
  target: string,
  attempt: number | string,
): AttemptSummary {
  const usage: Writable<Usage> = {};
  const [input, output] = [at(columns.input, place), at(columns.output, place)];
  const [cached, dollars] = [at(columns.cached, place), at(columns.dollars, place)];
  if (input !== null) usage.inputTokens = input;
  if (output !== null) usage.outputTokens = output;
  if (cached !== null) usage.cachedTokens = cached;
  const last: Writable<AttemptSummary> = {
    attempt: typeof attempt === "number" ? `${target}.${attempt}` : attempt,
    at: at(columns.at, place),
    outcome: at(OUTCOMES, at(columns.outcome, place)),
    end: at(columns.words, at(columns.end, place)),
    seconds: at(columns.seconds, place),
    steps: at(columns.steps, place),
    usage,
  };
  if (dollars !== null) last.dollars = dollars;
  const few = columns.fewLast[place];
  return few === undefined ? last : Object.assign(last, few);
}

/** @throws RangeError where there is no such item. */
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
    dollars: [],
    fewLast: {},
    notes: [...notes],
    spent,
  };
}
