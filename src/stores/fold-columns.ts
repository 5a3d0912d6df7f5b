import { z } from "zod";
import { ledgerEventSchema } from "../run.ts";
import type { AttemptSummary, RunState, Target, TargetState } from "../run.ts";
import type { Usage } from "../model.ts";
import { Texts } from "./texts.ts";

const OUTCOMES = ["solved", "unsolved", "no-verdict"] as const;
const count = z.number();
const text = z.string();

/** What few targets have, by the target's place. Strict: a field that is not known here makes the columns unreadable, not wrong. */
const fewHave = z.strictObject({
  open: z.strictObject({ attempt: text, worker: text, at: text }).exactOptional(),
  interruptions: z.record(text, count).exactOptional(),
  faults: z.record(text, count).exactOptional(),
});

/** What is not the same for each target. */
export const foldRestSchema = z.strictObject({
  /** Texts that repeat. */
  words: z.array(text),
  few: z.record(text, fewHave),
  /** Instances and attempts whose names do not follow from the target's, by its place. */
  instances: z.record(text, text),
  attempts: z.record(text, text),
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

function numberColumns(column: (name: string) => Float64Array) {
  return {
    /** How many characters of the id it is. */
    instance: column("instance"),
    /** Place in `words`, as `skipped`, `end` and `cause`. */
    solver: column("solver"),
    number: column("number"),
    tries: column("tries"),
    skipped: column("skipped"),
    /** Of the attempt that ended last, as all below: what follows the target's id and a dot. */
    attempt: column("attempt"),
    outcome: column("outcome"),
    cause: column("cause"),
    end: column("end"),
    seconds: column("seconds"),
    steps: column("steps"),
    input: column("input"),
    output: column("output"),
    cached: column("cached"),
    dollars: column("dollars"),
  };
}
type NumberColumns = Readonly<ReturnType<typeof numberColumns>>;

/** The state of a run with an item for each target in each column: there at once, where folding a long ledger takes seconds. */
export interface FoldColumns {
  readonly id: Texts;
  /** When the attempt ended that ended last; empty where none has. */
  readonly at: Texts;
  /** NaN where a target has no such number. */
  readonly numbers: NumberColumns;
  readonly rest: z.infer<typeof foldRestSchema>;
}

export function toColumns({ targets, notes, spent }: RunState): FoldColumns {
  const numbers = numberColumns(() => new Float64Array(targets.size).fill(Number.NaN));
  const id: string[] = [];
  const at: string[] = [];
  const rest: FoldColumns["rest"] = {
    words: [],
    few: {},
    instances: {},
    attempts: {},
    notes: [...notes],
    spent: { ...spent },
  };
  const word = placesIn(rest.words);
  for (const { target, tries, last, skipped, ...few } of targets.values()) {
    const place = id.push(target.id) - 1;
    at.push(last?.at ?? "");
    if (target.id.startsWith(target.instance)) numbers.instance[place] = target.instance.length;
    else rest.instances[place] = target.instance;
    numbers.solver[place] = word(target.solver);
    numbers.number[place] = target.number;
    numbers.tries[place] = tries;
    if (skipped !== undefined) numbers.skipped[place] = word(skipped);
    if (Object.keys(few).length > 0) rest.few[place] = few;
    if (last === undefined) continue;
    const number = Number(last.attempt.slice(target.id.length + 1));
    if (`${target.id}.${number}` === last.attempt) numbers.attempt[place] = number;
    else rest.attempts[place] = last.attempt;
    enterLast(numbers, place, last, word);
  }
  return { id: Texts.of(id), at: Texts.of(at), numbers, rest };
}

/** Gives each text its place in `words`, where it is entered once. */
function placesIn(words: string[]): (text: string) => number {
  const places = new Map<string, number>();
  return (word) => {
    const place = places.get(word) ?? words.push(word) - 1;
    places.set(word, place);
    return place;
  };
}

function enterLast(
  numbers: NumberColumns,
  place: number,
  { outcome, cause, end, seconds, steps, usage, dollars }: AttemptSummary,
  word: (value: string) => number,
): void {
  numbers.outcome[place] = OUTCOMES.indexOf(outcome);
  if (cause !== undefined) numbers.cause[place] = word(cause);
  numbers.end[place] = word(end);
  numbers.seconds[place] = seconds;
  numbers.steps[place] = steps;
  numbers.input[place] = usage.inputTokens ?? Number.NaN;
  numbers.output[place] = usage.outputTokens ?? Number.NaN;
  numbers.cached[place] = usage.cachedTokens ?? Number.NaN;
  numbers.dollars[place] = dollars ?? Number.NaN;
}

/** @throws RangeError where a column is missing or they are not equally long, so that no target gets another's numbers. */
export function fittingColumns(
  texts: Readonly<Record<string, Texts>>,
  numbers: Readonly<Record<string, Float64Array>>,
  rest: FoldColumns["rest"],
): FoldColumns {
  const length = texts["id"]?.length ?? 0;
  const fitting = <T extends { readonly length: number }>(name: string, column: T | undefined): T => {
    if (column?.length !== length) throw new RangeError(`the column ${name} has not ${length} items`);
    return column;
  };
  return {
    id: fitting("id", texts["id"]),
    at: fitting("at", texts["at"]),
    numbers: numberColumns((name) => fitting(name, numbers[name])),
    rest,
  };
}

/** The target's state at a place, equal to what it was. @throws RangeError where there is none, or a word that it names is not there. */
export function stateAt(columns: FoldColumns, place: number): TargetState {
  const { at, numbers, rest } = columns;
  const target = targetAt(columns, place);
  const state: Writable<TargetState> = { target, tries: itemOf(numbers.tries, place) };
  const skipped = itemOf(numbers.skipped, place);
  if (!Number.isNaN(skipped)) state.skipped = itemOf(rest.words, skipped);
  const few = rest.few[place];
  if (few !== undefined) Object.assign(state, few);
  const outcome = itemOf(numbers.outcome, place);
  if (Number.isNaN(outcome)) return state;
  const last: Writable<AttemptSummary> = {
    attempt: rest.attempts[place] ?? `${target.id}.${itemOf(numbers.attempt, place)}`,
    at: at.at(place),
    outcome: itemOf(OUTCOMES, outcome),
    end: itemOf(rest.words, itemOf(numbers.end, place)),
    seconds: itemOf(numbers.seconds, place),
    steps: itemOf(numbers.steps, place),
    usage: usageAt(numbers, place),
  };
  const [cause, dollars] = [itemOf(numbers.cause, place), itemOf(numbers.dollars, place)];
  if (!Number.isNaN(cause)) last.cause = itemOf(rest.words, cause);
  if (!Number.isNaN(dollars)) last.dollars = dollars;
  state.last = last;
  return state;
}

/** @throws RangeError as above. */
export function targetAt({ id: ids, numbers, rest }: FoldColumns, place: number): Target {
  const id = ids.at(place);
  return {
    id,
    instance: rest.instances[place] ?? id.slice(0, itemOf(numbers.instance, place)),
    solver: itemOf(rest.words, itemOf(numbers.solver, place)),
    number: itemOf(numbers.number, place),
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function usageAt(numbers: NumberColumns, place: number): Usage {
  const [input, output] = [itemOf(numbers.input, place), itemOf(numbers.output, place)];
  const cached = itemOf(numbers.cached, place);
  const usage: Writable<Usage> = {};
  if (!Number.isNaN(input)) usage.inputTokens = input;
  if (!Number.isNaN(output)) usage.outputTokens = output;
  if (!Number.isNaN(cached)) usage.cachedTokens = cached;
  return usage;
}

function itemOf<T>(column: { readonly [place: number]: T }, place: number): T {
  const item = column[place];
  if (item === undefined) throw new RangeError(`a column has no item ${place}`);
  return item;
}
