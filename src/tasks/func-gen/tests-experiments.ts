import { createRandom } from "../../base/random.ts";
import type { EnvironmentLock } from "../../environment.ts";
import type { Tree } from "../../tree.ts";
import { overlayTree } from "../../trees/overlay.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import { type Bench, runOn } from "./bench.ts";
import { TESTS_SECONDS } from "./commands.ts";
import { readReport } from "./driver-lines.ts";
import type { Ground, Subject } from "./subject.ts";
import { type TestResult, testResults, testsJob } from "./own-tests.ts";
import { TEST_ROOTS } from "./reached.ts";

type TestBench = Bench & { readonly environment: EnvironmentLock };

/** Finds tests that decide: they pass with the original however they are run, fail without it, and tell it from what is wrong. */
export async function findTests(subject: Subject, bench: TestBench): Promise<Ground | Unfit> {
  const powers = await findPowers(subject, bench);
  if ("fit" in powers) return powers;
  const nodes = await tellingTests(subject, bench);
  if ("fit" in nodes) return nodes;
  const tried = await tryWrong(nodes, subject, bench);
  if ("fit" in tried) return tried;
  const { min_mutants: least, min_killed: share } = bench.options;
  const { mutants, killed } = tried;
  if (mutants < least) return unfit("too-few-mutants", `${mutants} mutants`);
  const score = Math.round((killed / mutants) * 1000) / 1000;
  if (score < share) return unfit("tests-too-weak", `${killed} of ${mutants} mutants killed`);
  return {
    oracle: {
      kind: "tests",
      module: subject.module,
      name: subject.name,
      roots: [...TEST_ROOTS],
      nodes: [...nodes],
      powers: [...powers],
      environment: bench.environment,
    },
    grade: "test",
    facts: {
      tests: nodes.length,
      tests_reaching: subject.nodes.length,
      mutants,
      mutants_killed: killed,
      mutation_score: score,
    },
  };
}

/** What the original uses is what an answer may use: too much of that, and nothing would keep it from its judge. */
async function findPowers(subject: Subject, bench: TestBench): Promise<readonly string[] | Unfit> {
  const { target, text, module } = subject;
  const job = {
    file: text,
    qualified_name: target.qualified_name,
    ordinal: target.ordinal,
    allowed: [],
    package: module.split(".")[0] ?? module,
  };
  const { end } = readReport(await runOn(bench, [{ program: "gate", job }]), "gate");
  const [found, tooMuch] = [end?.["found"], end?.["too_much"]];
  if (!Array.isArray(found) || !Array.isArray(tooMuch)) return unfit("source-not-readable", target.path);
  return tooMuch.length > 0 ? unfit("body-reaches-out", tooMuch.map(String).join(", ")) : found.map(String);
}

async function tellingTests(subject: Subject, bench: TestBench): Promise<readonly string[] | Unfit> {
  const inOrder = await runTests(subject.nodes, subject, bench, { hashSeed: 1 });
  const shuffled = createRandom(subject.seed).shuffle(subject.nodes);
  const inAnother = inOrder && (await runTests(shuffled, subject, bench, { hashSeed: 2 }));
  if (inOrder === undefined || inAnother === undefined) return tooSlow();
  const steady = subject.nodes.filter((node) => isSound(inOrder.get(node)) && isSound(inAnother.get(node)));
  if (steady.length === 0) return unfit("tests-flaky", `${subject.nodes.length} tests`);
  const without = await runTests(steady, subject, bench, {
    hashSeed: 1,
    tree: await stubTree(subject, bench),
  });
  if (without === undefined) return tooSlow();
  const telling = steady.filter((node) => without.get(node)?.outcome !== "passed");
  if (telling.length === 0) return unfit("tests-pass-without", `${steady.length} tests`);
  // As they will run when an answer is judged: without those that were left out.
  const alone = await runTests(telling, subject, bench, { hashSeed: 0 });
  if (alone === undefined) return tooSlow();
  return telling.every((node) => isSound(alone.get(node)))
    ? telling
    : unfit("tests-flaky", `${telling.length} tests need others`);
}

function isSound(result: TestResult | undefined): boolean {
  return result !== undefined && result.outcome === "passed" && result.calls > 0;
}

function tooSlow(): Unfit {
  return unfit("tests-too-slow");
}

async function stubTree({ target: { path }, stubbed }: Subject, { tree }: Bench): Promise<Tree> {
  const before = { mode: tree.entry(path)?.mode ?? "100644", content: await tree.read(path) } as const;
  return overlayTree(tree, [{ path, before, after: { ...before, content: stubbed } }]);
}

/** In a sandbox of their own. Undefined where they do not end in time. */
async function runTests(
  nodes: readonly string[],
  { target }: Subject,
  bench: TestBench,
  { hashSeed, tree = bench.tree }: { readonly hashSeed: number; readonly tree?: Tree },
): Promise<ReadonlyMap<string, TestResult> | undefined> {
  const job = testsJob({ target, roots: TEST_ROOTS, nodes, ...TESTS_SECONDS.making });
  const results = await runOn({ ...bench, tree }, [{ program: "own_tests", job, hashSeed, stdin: "" }]);
  const report = readReport(results, "own_tests");
  const isSlow = report.timedOut || report.end?.["end"] === "overtime";
  return isSlow ? undefined : testResults(nodes, report);
}

/** Bodies that are no answer at all, each of which has to fail, and mutants, most of which have to. */
async function tryWrong(
  nodes: readonly string[],
  { target, module, text, seed }: Subject,
  bench: TestBench,
): Promise<{ readonly mutants: number; readonly killed: number } | Unfit> {
  const job = {
    ...testsJob({ target, roots: TEST_ROOTS, nodes, ...TESTS_SECONDS.making }),
    module,
    file: text,
    seed,
    most: bench.options.max_mutants,
  };
  const results = await runOn(bench, [{ program: "own_mutants", job, seconds: MUTANTS_SECONDS }]);
  const { end, lines } = readReport(results, "own_mutants");
  if (end === undefined) return tooSlow();
  const outcomes = (kind: string) =>
    lines.flatMap((line) => (line["version"] === kind ? [line["passes"]] : []));
  if (outcomes("original").includes(false)) return unfit("tests-flaky", "the original fails after others");
  if (outcomes("hollow").includes(true)) return unfit("tests-too-weak", "a body that does nothing passes");
  const mutants = outcomes("mutant");
  return { mutants: mutants.length, killed: mutants.filter((passes) => passes === false).length };
}

const MUTANTS_SECONDS = 300;
