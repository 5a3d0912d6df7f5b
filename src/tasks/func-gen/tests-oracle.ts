import { randomUUID } from "node:crypto";
import type { JudgePlan } from "../../plan.ts";
import { solved, type Verdict } from "../../verdict.ts";
import type { Reason } from "../reasons.ts";
import type { TestsOracle } from "./answer.ts";
import { driverCommand, LIMITS, TESTS_SECONDS } from "./commands.ts";
import { type DriverReport, isThrough, readReport } from "./driver-lines.ts";
import { gateObjection } from "./gate.ts";
import { type Candidate, candidateJob, refused } from "./oracle.ts";
import { type TestResult, testResults, testsJob } from "./own-tests.ts";
import { wholeReasons } from "./replayed.ts";

/**
 * Judges by tests of the repository, which run in the process of the answer: a gate reads it first, in a sandbox where nothing of it runs. The original is in
 * neither of the two; what it uses was found out when the instance was made.
 */
export function testsPlan(oracle: TestsOracle, candidate: Candidate): JudgePlan {
  const [top = oracle.module] = oracle.module.split(".");
  const job = { ...candidateJob(candidate), allowed: oracle.powers, package: top };
  const facts = { oracle: oracle.kind, way: "own-tests", tests: oracle.nodes.length };
  return {
    tree: candidate.start,
    commands: [driverCommand(candidate.files, { program: "gate", job })],
    limits: LIMITS,
    decide: (results) =>
      gateObjection(readReport(results, "gate"), candidate, facts) ?? runTests(oracle, candidate),
  };
}

function runTests(oracle: TestsOracle, candidate: Candidate): JudgePlan {
  const { nodes, environment, roots } = oracle;
  const token = randomUUID();
  const job = testsJob({ target: candidate.target, roots, nodes, ...TESTS_SECONDS.judging });
  const command = driverCommand(candidate.files, {
    program: "own_tests",
    job,
    environment: true,
    stdin: token,
  });
  return {
    commands: [command],
    environment,
    limits: LIMITS,
    decide: (results) => judge(oracle, candidate, readReport(results, "own_tests"), token),
  };
}

function judge(oracle: TestsOracle, candidate: Candidate, report: DriverReport, token: string): Verdict {
  const results = testResults(oracle.nodes, report);
  const failing = oracle.nodes.flatMap((node) => objectionTo(node, results.get(node)));
  const passed = oracle.nodes.length - failing.length;
  const facts = {
    oracle: oracle.kind,
    way: "own-tests",
    tests: oracle.nodes.length,
    tests_passed: passed,
  };
  const isWhole = isThrough(report, token, "completed");
  if (isWhole && failing.length === 0) return solved({ ...candidate.facts, ...facts });
  const whole = isWhole ? [] : endReasons(report);
  const reasons: readonly Reason[] = failing.length === 0 ? whole : [...whole, "test-failed"];
  const evidence = whole.length === 0 ? failing : [`${whole.join(", ")}: the whole run`, ...failing];
  return refused(candidate, reasons, facts, evidence);
}

function objectionTo(node: string, result: TestResult | undefined): string[] {
  if (result === undefined) return [`test-failed: ${node} did not end`];
  if (result.outcome !== "passed") return [`test-failed: ${node} ${result.outcome}`];
  return result.calls > 0 ? [] : [`test-failed: ${node} passed without the function being called`];
}

/** What befell the run: by the driver inside, or from outside. */
function endReasons(report: DriverReport): readonly Reason[] {
  const end = report.end?.["end"];
  const found = new Set<Reason>(wholeReasons(report));
  if (end === "overtime") found.add("ran-out-of-time");
  if (end === "flooded") found.add("output-flood");
  return found.size === 0 ? ["call-unanswered"] : [...found];
}
