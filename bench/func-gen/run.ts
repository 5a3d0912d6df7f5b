/**
 * Verdicts of func-gen a minute, each in real sandboxes of the level `namespaces`, one after the other: an answer asked for recorded inputs
 * (`calls`), and a published script in its three stages (`script`). Beside it what is done without any isolation: the same script with the
 * answer pasted in, started as a process of its own.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runProgram } from "../../src/base/process.ts";
import type { Question } from "../../src/task.ts";
import { loadSyntaxes } from "../../src/syntaxes/index.ts";
import { draftsOf, prepare, proposals } from "../../src/tasks/conformance.ts";
import { memoryProject } from "../../src/tasks/fixture.ts";
import { FIXTURE_FILES, FIXTURE_OPTIONS } from "../../src/tasks/func-gen/fixture.ts";
import { funcGen } from "../../src/tasks/func-gen/index.ts";
import { memoryRunner } from "../../src/tasks/func-gen/testing/sandboxes.ts";
import type { FileChange, Tree } from "../../src/tree.ts";
import { applyFileEdits } from "../../src/trees/edits.ts";
import { overlayTree } from "../../src/trees/overlay.ts";
import { settle } from "../../src/verdicts/settle.ts";
import { type Figure, median, spread } from "../figure.ts";

const RUNS = 3;
const VERDICTS = 20;

const SCRIPT = `def double(number):
    return number + number

def test_double():
    for number in (0, 1, -3, 2.5):
        assert double(number) == double_new_implementation(number)

if __name__ == "__main__":
    test_double()
`;
const ANSWER = "def double(number):\n    return 2 * number\n";

export async function bench(): Promise<Figure[]> {
  const syntaxes = await loadSyntaxes();
  const family = funcGen(syntaxes);
  await using runner = memoryRunner();
  const rateOf = async (question: Question, start: Tree, changes: readonly FileChange[]) => {
    const from = performance.now();
    for (let count = 0; count < VERDICTS; count++) {
      const judgement = await family.judge({ ...question, start, changes });
      const verdict = await settle(judgement, overlayTree(start, changes), runner);
      if (verdict.outcome !== "solved") throw new Error(`a wrong verdict: ${JSON.stringify(verdict)}`);
    }
    return (VERDICTS / (performance.now() - from)) * 60_000;
  };
  const project = await memoryProject(FIXTURE_FILES, syntaxes);
  const [draft] = draftsOf(await proposals(family, project, FIXTURE_OPTIONS, { runner }));
  if (draft === undefined) throw new Error("the fixture gives no instance");
  const { instance, secret, start } = await prepare(family, project, draft);
  const solution = await applyFileEdits(start, secret.solution);
  const question = { instruction: instance.instruction, answer: secret.answer };
  const published = await publishedRow(syntaxes);
  const calls: number[] = [];
  const scripts: number[] = [];
  const bare: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const rates = [
      await rateOf(question, start, solution),
      await rateOf(published.question, published.start, published.changes),
      await bareRate(),
    ];
    // The first makes the start states.
    if (run >= 0) [calls, scripts, bare].forEach((all, place) => all.push(rates[place] ?? Number.NaN));
  }
  return [figure("recorded calls", calls), figure("a published script", scripts, bare)];
}

async function publishedRow(syntaxes: Awaited<ReturnType<typeof loadSyntaxes>>) {
  const stub = "def double(number):\n    pass  # TODO: Implement this function\n";
  const { repository } = await memoryProject({ "sums.py": stub }, syntaxes);
  const state = (text: string) => ({ mode: "100644" as const, content: Buffer.from(text) });
  return {
    start: repository.tree,
    changes: [{ path: "sums.py", before: state(stub), after: state(ANSWER) }],
    question: {
      instruction: "",
      answer: {
        target: { path: "sums.py", qualified_name: "double", ordinal: 0, kind: "function", line: 1 },
        oracle: { kind: "script", script: SCRIPT, name: "double" },
      },
    },
  };
}

async function bareRate(): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-func-gen-"));
  try {
    const file = path.join(folder, "test.py");
    await writeFile(file, ANSWER.replace("double", "double_new_implementation") + SCRIPT);
    const from = performance.now();
    for (let count = 0; count < VERDICTS; count++) {
      const { exitCode, stderr } = await runProgram("python3", [file]);
      if (exitCode !== 0) throw new Error(stderr);
    }
    return (VERDICTS / (performance.now() - from)) * 60_000;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function figure(name: string, ours: readonly number[], peer?: readonly number[]): Figure {
  return {
    name: `func-gen verdicts a minute, ${name}`,
    ours: median(ours),
    peer: peer === undefined ? null : median(peer),
    ratio: peer === undefined ? null : median(ours) / median(peer),
    unit: "verdicts",
    runs: ours.length,
    spread: Math.max(spread(ours), peer === undefined ? 0 : spread(peer)),
  };
}
