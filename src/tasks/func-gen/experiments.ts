import type { Json } from "../../base/json.ts";
import type { EnvironmentLock } from "../../environment.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import type { CallsOracle } from "./answer.ts";
import { type Bench, runOn } from "./bench.ts";
import { CALL_SECONDS } from "./commands.ts";
import { outcomesOf, readReport } from "./driver-lines.ts";
import { outcomeKey, sameOutcome } from "./encoding.ts";
import type { Ground, Subject } from "./subject.ts";
import type { Options } from "./options.ts";

interface Input {
  readonly input: string;
  readonly source: string;
}

/** Finds inputs, what the original makes of them, and whether that tells it from faulty versions. */
export async function findCalls(subject: Subject, bench: Bench): Promise<Ground | Unfit> {
  const inputs = await collectInputs(subject, bench);
  if ("fit" in inputs) return inputs;
  const repeating = await outcomesThatRepeat(inputs, subject, bench);
  const chosen = choose(repeating, bench.options.max_calls);
  const objection = objectionTo(chosen, bench.options);
  if (objection !== undefined) return objection;
  const calls = chosen.map(({ input, expected }) => ({ input, expected }));
  const environment = await neededFor(calls, subject, bench);
  const mutants = await tryMutants(calls, subject, { ...bench, environment });
  const { min_mutants: least, min_killed: share } = bench.options;
  if (mutants.tried < least) return unfit("too-few-mutants", `${mutants.tried} mutants`);
  const score = Math.round((mutants.killed / mutants.tried) * 1000) / 1000;
  if (score < share) return unfit("calls-too-weak", `${mutants.killed} of ${mutants.tried} mutants killed`);
  const count = (source: string) => chosen.filter((one) => one.source === source).length;
  const { module, name, roots } = subject;
  const needs = environment === undefined ? {} : { environment };
  return {
    oracle: { kind: "calls", module, name, roots: [...roots], calls, ...needs },
    grade: subject.nodes.length > 0 || inputs.some(({ source }) => source === "test") ? "test" : "import",
    facts: {
      calls: calls.length,
      calls_from_doctests: count("doctest"),
      calls_from_tests: count("test"),
      calls_varied: count("variation"),
      outcomes: distinct(chosen),
      mutants: mutants.tried,
      mutants_killed: mutants.killed,
      mutation_score: score,
    },
  };
}

async function collectInputs(subject: Subject, bench: Bench): Promise<readonly Input[] | Unfit> {
  const { module, name, roots, tests, nodes, seed } = subject;
  const most = bench.options.max_calls * 2;
  const job = {
    module,
    name,
    roots: [...roots],
    tests: [...tests.paths],
    nodes: [...nodes],
    word: tests.word,
    seed,
    most,
    seconds: CALL_SECONDS,
  };
  const { end, lines } = readReport(
    await runOn(bench, [{ program: "collect", job, seconds: 150 }]),
    "collect",
  );
  if (end === undefined) return unfit("recording-failed", "the run did not end");
  if (end["end"] === "copied") return unfit("copy-in-environment", String(end["detail"] ?? ""));
  if (end["end"] !== "completed") return notImportable(String(end["detail"] ?? ""));
  const inputs = lines.flatMap(({ input, source }) =>
    typeof input === "string" && typeof source === "string" ? [{ input, source }] : [],
  );
  return inputs.length === 0 ? unfit("never-called") : inputs;
}

/** With how far the environment carries all the same. */
function notImportable(detail: string): Unfit {
  const isRead = !/^(?:SyntaxError|IndentationError|TabError)\b/.test(detail);
  return unfit("not-importable", detail, { environment_grade: isRead ? "parse" : "none" });
}

interface Judged extends Input {
  readonly expected: Json;
}

/** Twice, with other hash seeds: what does not come out the same cannot be asked for, nor what comes of the time of day. */
async function outcomesThatRepeat(
  inputs: readonly Input[],
  subject: Subject,
  bench: Bench,
): Promise<Judged[]> {
  const first = await outcomesNow(inputs, subject, bench, { hashSeed: 1, watchClock: false });
  const second = await outcomesNow(inputs, subject, bench, { hashSeed: 2, watchClock: true });
  return inputs.flatMap((input, call) => {
    const expected = first.get(call);
    return expected !== undefined && sameOutcome(expected, second.get(call)) ? [{ ...input, expected }] : [];
  });
}

async function outcomesNow(
  inputs: readonly Pick<Input, "input">[],
  { module, name, roots }: Subject,
  bench: Bench,
  { hashSeed, watchClock }: { readonly hashSeed: number; readonly watchClock: boolean },
): Promise<ReadonlyMap<number, Json>> {
  // Much less than an answer gets.
  const seconds = 0.5;
  const job = {
    module,
    name,
    roots: [...roots],
    inputs: inputs.map(({ input }) => input),
    seconds,
    watch_clock: watchClock,
  };
  return outcomesOf(readReport(await runOn(bench, [{ program: "replay", job, hashSeed }]), "replay"));
}

/** The environment, unless the calls come out the same without it: what needs none can be judged anywhere. */
async function neededFor(
  calls: CallsOracle["calls"],
  subject: Subject,
  bench: Bench,
): Promise<EnvironmentLock | undefined> {
  if (bench.environment === undefined) return undefined;
  const without = { ...bench, environment: undefined };
  const bare = await outcomesNow(calls, subject, without, { hashSeed: 1, watchClock: false });
  const isSame = calls.every(({ expected }, call) => sameOutcome(expected, bare.get(call)));
  return isSame ? undefined : bench.environment;
}

/** What was varied goes first, up to half; errors are at most a quarter, for a wrong type raises the same in any body. */
function choose(found: readonly Judged[], most: number): Judged[] {
  const raised = found.filter(({ expected }) => isRaised(expected)).slice(0, Math.floor(most / 4));
  const returned = found.filter(({ expected }) => !isRaised(expected));
  const varied = returned.filter(({ source }) => source === "variation");
  const known = returned.filter(({ source }) => source !== "variation");
  const room = most - raised.length;
  const half = Math.max(room - known.length, Math.ceil(room / 2));
  const kept = varied.slice(0, half);
  return [...known.slice(0, room - kept.length), ...kept, ...raised];
}

function isRaised(outcome: Json): boolean {
  return Array.isArray(outcome) && outcome[0] === "raised";
}

function objectionTo(chosen: readonly Judged[], options: Options): Unfit | undefined {
  if (chosen.length < options.min_calls) return unfit("too-few-calls", `${chosen.length} calls`);
  if (distinct(chosen) < options.min_outcomes) return unfit("one-outcome");
  if (!chosen.some(({ source }) => source === "variation")) return unfit("all-calls-readable");
  // Otherwise the stub would be right.
  const stub = outcomeKey(["raised", "builtins.NotImplementedError"]);
  return chosen.every(({ expected }) => outcomeKey(expected) === stub) ? unfit("stub-passes") : undefined;
}

function distinct(chosen: readonly Judged[]): number {
  return new Set(chosen.map(({ expected }) => outcomeKey(expected))).size;
}

async function tryMutants(calls: CallsOracle["calls"], subject: Subject, bench: Bench) {
  const { module, name, roots, target, text, seed } = subject;
  const job = {
    module,
    name,
    roots: [...roots],
    path: target.path,
    file: text,
    qualified_name: target.qualified_name,
    ordinal: target.ordinal,
    inputs: calls.map(({ input }) => input),
    seed,
    most: bench.options.max_mutants,
    seconds: 1,
  };
  const report = readReport(
    await runOn(bench, [{ program: "mutate", job, hashSeed: 1, seconds: 180 }]),
    "mutate",
  );
  const byMutant = Map.groupBy(report.lines, ({ mutant }) => mutant);
  byMutant.delete(undefined as never);
  const killed = [...byMutant.values()].filter((lines) => {
    const outcomes = outcomesOf({ ...report, lines });
    return !calls.every(({ expected }, call) => sameOutcome(expected, outcomes.get(call)));
  });
  return { tried: byMutant.size, killed: killed.length };
}
