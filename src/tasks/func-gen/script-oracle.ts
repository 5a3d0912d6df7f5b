import { randomUUID } from "node:crypto";
import type { Json } from "../../base/json.ts";
import type { JudgePlan, PlanResult } from "../../plan.ts";
import { noVerdict, solved, type Verdict } from "../../verdict.ts";
import type { ScriptOracle } from "./answer.ts";
import { CALL_SECONDS, driverCommand, type DriverJob, LIMITS } from "./commands.ts";
import { type DriverReport, isThrough, outcomesOf, readReport } from "./driver-lines.ts";
import { outcomeKey, sameOutcome } from "./encoding.ts";
import { gateObjection } from "./gate.ts";
import { type Candidate, candidateJob, refused } from "./oracle.ts";
import { judgeReplay, wholeReasons } from "./replayed.ts";

/**
 * Judges by a published script, in up to three sandboxes that share nothing: (1) the script runs with its own function as the new
 * implementation, and its calls are written down; (2) the same function is called again with those inputs and nothing else of the tests; (3) so is the answer. Where
 * (2) does not give what (1) gave, inputs do not tell all, and the script's own comparison decides, behind a gate.
 */
export function scriptPlan(oracle: ScriptOracle, candidate: Candidate): JudgePlan {
  return new ScriptJudge(oracle, candidate, false).record();
}

interface Recording {
  readonly definitions: string;
  /** Undefined where some input could not be written down. */
  readonly inputs: readonly string[] | undefined;
  readonly outcomes: readonly Json[];
  readonly calls: number;
  /** How the script ended: `completed`, or `exited` with success. */
  readonly end: string;
  /** The script's own tests take a function that does nothing. */
  readonly stubPasses: boolean;
}

class ScriptJudge {
  private readonly oracle: ScriptOracle;
  private readonly candidate: Candidate;
  /** Lets installed packages be imported: only for scripts that do not run without. */
  private readonly packages: boolean;

  constructor(oracle: ScriptOracle, candidate: Candidate, packages: boolean) {
    this.oracle = oracle;
    this.candidate = candidate;
    this.packages = packages;
  }

  /** Nothing of the answer is there. */
  record(): JudgePlan {
    const token = randomUUID();
    const { script, name } = this.oracle;
    const tasks: DriverJob[] = [
      { program: "record", job: { script, name } },
      {
        program: "own_comparison",
        name: "stub",
        job: { script, name, file: script, stub: true },
        stdin: token,
      },
    ];
    return this.plan(tasks, (results) => this.recorded(results, token));
  }

  private recorded(results: readonly PlanResult[], token: string): Verdict | JudgePlan {
    const report = readReport(results, "record");
    const end = report.end?.["end"];
    if (end === "module-missing" && !this.packages)
      return new ScriptJudge(this.oracle, this.candidate, true).record();
    if (end !== "completed" && end !== "exited") return this.unusable(causeOf(report), report);
    const recording = readRecording(report, isThrough(readReport(results, "stub"), token, end));
    if (recording.calls === 0) return this.unusable("script-calls-nothing", report);
    return recording.inputs === undefined || this.isTolerant(recording)
      ? this.compareInside(recording)
      : this.repeat(recording, recording.inputs);
  }

  /** A comparison up to rounding is the script's own. */
  private isTolerant({ outcomes }: Recording): boolean {
    const tolerant = /isclose|allclose|approx|almost|\babs\(/i.test(this.oracle.script);
    return tolerant && JSON.stringify(outcomes).includes('["float",');
  }

  private repeat(recording: Recording, inputs: readonly string[]): JudgePlan {
    const original = { file: this.oracle.script };
    return this.plan([this.replay(recording, inputs, original)], (results) => {
      const again = outcomesOf(readReport(results, "replay"));
      const repeats = recording.outcomes.every((outcome, call) => sameOutcome(outcome, again.get(call)));
      if (!repeats) return this.compareInside(recording);
      if (recording.outcomes.every((outcome) => outcomeKey(outcome) === DOES_NOTHING))
        return this.provesNothing(recording);
      return this.compareOutside(recording, inputs);
    });
  }

  private compareOutside(recording: Recording, inputs: readonly string[]): JudgePlan {
    const facts = {
      oracle: "script",
      way: "recorded",
      outcomes: new Set(recording.outcomes.map(outcomeKey)).size,
    };
    return this.plan([this.replay(recording, inputs, candidateJob(this.candidate))], (results) =>
      judgeReplay(this.candidate, readReport(results, "replay"), recording.outcomes, facts),
    );
  }

  private compareInside(recording: Recording): Verdict | JudgePlan {
    if (recording.stubPasses) return this.provesNothing(recording);
    const token = randomUUID();
    const { script, name } = this.oracle;
    const job = { script, name, ...candidateJob(this.candidate) };
    const tasks: DriverJob[] = [
      { program: "gate", job },
      { program: "own_comparison", job, stdin: token },
    ];
    return this.plan(tasks, (results) => this.comparedInside(results, recording, token));
  }

  private comparedInside(results: readonly PlanResult[], recording: Recording, token: string): Verdict {
    const facts = { oracle: "script", way: "own-comparison", calls: recording.calls };
    const objection = gateObjection(readReport(results, "gate"), this.candidate, facts);
    if (objection !== undefined) return objection;
    const report = readReport(results, "own_comparison");
    const calls = report.end?.["calls"];
    if (isThrough(report, token, recording.end) && typeof calls === "number" && calls >= recording.calls)
      return solved({ ...this.candidate.facts, ...facts });
    const whole = wholeReasons(report);
    const detail =
      report.end === undefined ? "no answer" : String(report.end["detail"] ?? "the tests did not end");
    if (whole.length > 0) return refused(this.candidate, whole, facts, [detail]);
    return refused(this.candidate, [report.end === undefined ? "call-unanswered" : "wrong-result"], facts, [
      detail,
    ]);
  }

  private replay(
    recording: Recording,
    inputs: readonly string[],
    candidate: Record<string, Json>,
  ): DriverJob {
    const { definitions } = recording;
    const job = {
      definitions,
      name: this.oracle.name,
      ...candidate,
      inputs: [...inputs],
      seconds: CALL_SECONDS,
    };
    return { program: "replay", job };
  }

  private plan(tasks: readonly DriverJob[], decide: JudgePlan["decide"]): JudgePlan {
    const { start, files } = this.candidate;
    const commands = tasks.map((task) => driverCommand(files, { ...task, packages: this.packages }));
    return { tree: start, commands, limits: LIMITS, decide };
  }

  private provesNothing({ calls }: Recording): Verdict {
    const detail = "a function that does nothing passes its tests";
    return noVerdict("script-proves-nothing", { ...this.candidate.facts, oracle: "script", calls, detail });
  }

  private unusable(cause: string, report: DriverReport): Verdict {
    const detail = String(report.end?.["detail"] ?? "it did not end");
    return noVerdict(cause, { ...this.candidate.facts, oracle: "script", detail });
  }
}

const DOES_NOTHING = outcomeKey(["returned", ["none"]]);

function causeOf({ end, timedOut }: DriverReport): string {
  if (timedOut) return "script-too-slow";
  if (end?.["end"] === "module-missing") return "script-module-missing";
  return end?.["end"] === "missing" ? "script-lacks-function" : "script-does-not-run";
}

function readRecording(report: DriverReport, stubPasses: boolean): Recording {
  const calls = report.lines.filter(({ call }) => typeof call === "number");
  const inputs = calls.flatMap(({ input }) => (typeof input === "string" ? [input] : []));
  const outcomes = [...outcomesOf(report)].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  const isWhole =
    inputs.length === calls.length && outcomes.length === calls.length && outcomes.every(isRecorded);
  const definitions = report.lines.find((line) => typeof line["definitions"] === "string")?.["definitions"];
  return {
    definitions: String(definitions),
    inputs: isWhole && !report.flooded ? inputs : undefined,
    outcomes,
    calls: calls.length,
    end: String(report.end?.["end"]),
    stubPasses,
  };
}

function isRecorded(outcome: Json): boolean {
  return Array.isArray(outcome) && outcome[0] !== "not-recordable";
}
