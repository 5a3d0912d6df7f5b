import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Runner } from "../../plan.ts";
import { funcGenRows } from "../../rows/func-gen.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { overlayTree } from "../../trees/overlay.ts";
import type { Verdict } from "../../verdict.ts";
import { settle } from "../../verdicts/settle.ts";
import { edited } from "../testing/edited.ts";
import { funcGen } from "./index.ts";
import { memoryRunner } from "./testing/sandboxes.ts";

const syntaxes = await loadSyntaxes();
const family = funcGen(syntaxes);
const shape = funcGenRows((path) => syntaxes.for(path));

let runner: Runner & AsyncDisposable;
beforeAll(() => {
  runner = memoryRunner();
});
afterAll(() => runner[Symbol.asyncDispose]());

/** The verdict on a body for a row whose repository holds the original too. */
async function judge(name: string, original: string, tests: string, body: string): Promise<Verdict> {
  const source = memoryTree({ "plums.py": original });
  const row = {
    instance_id: "one",
    repo: "o/plums",
    file_path: "plums.py",
    func_name: name,
    eval_script: `${original}\n${tests}`,
  };
  const { answer, starts } = await shape.read(row, source);
  const start = starts[0]?.tree ?? source;
  const change = await edited(start, "plums.py", "pass  # TODO: Implement this function", body);
  const judgement = await family.judge({ instruction: "", answer, start, changes: [change] });
  return settle(judgement, overlayTree(start, [change]), runner);
}

const FACTORIAL = `def factorial(n):
    """n!"""
    if n < 0:
        raise ValueError(n)
    return 1 if n < 2 else n * factorial(n - 1)
`;
const FACTORIAL_TESTS = `
def test_factorial():
    for n in (0, 1, 5, 10):
        assert factorial(n) == factorial_new_implementation(n)
    try:
        factorial_new_implementation(-1)
        assert False
    except ValueError:
        pass

if __name__ == "__main__":
    test_factorial()
`;

describe("a script whose calls can be written down", () => {
  const verdictOf = (body: string) => judge("factorial", FACTORIAL, FACTORIAL_TESTS, body);

  it("is judged outside", async () => {
    const body = "if n < 0:\n        raise ValueError\n    return n * factorial(n - 1) if n > 1 else 1";
    expect(await verdictOf(body)).toMatchObject({ outcome: "solved", facts: { way: "recorded", calls: 5 } });
  });

  it.each([
    ["a constant", "return 120"],
    ["nothing", "return None"],
    ["a call of the original by its own name", "return factorial(n)"],
    [
      "the original in the files of the run",
      'import os\n    raise KeyError(*[open("/mnt/" + f).read() for f in os.listdir("/mnt")])',
    ],
    ["the main module", 'import sys\n    return sys.modules["__main__"].factorial_new_implementation(n)'],
  ])("does not take %s", async (_, body) => {
    expect(await verdictOf(body)).toMatchObject({ outcome: "unsolved", facts: { way: "recorded" } });
  });
});

const STACK = `class Stack:
    def __init__(self, key):
        self.key = key
        self.items = []

    def push(self, item):
        """Keep an item, the greatest by key last."""
        self.items.append(item)
        self.items.sort(key=self.key)
        return len(self.items)
`;
const STACK_TESTS = `
def test_push():
    one, other = Stack(lambda n: -n), Stack(lambda n: -n)
    for item in (3, 1, 2):
        assert one.push(item) == other.push_new_implementation(item)
    assert one.items == other.items

if __name__ == "__main__":
    test_push()
`;

describe("a script whose inputs cannot be written down", () => {
  const verdictOf = (body: string) => judge("Stack.push", STACK, STACK_TESTS, body);

  it("compares for itself", async () => {
    const body = "self.items = sorted([*self.items, item], key=self.key)\n        return len(self.items)";
    expect(await verdictOf(body)).toMatchObject({
      outcome: "solved",
      facts: { way: "own-comparison", calls: 3 },
    });
  });

  it.each([
    ["a wrong order", "self.items.append(item)\n        return len(self.items)", "wrong-result"],
    ["the original", "self.push(item)\n        return len(self.items)", "wrong-result"],
    ["an exit", "import os\n        os._exit(0)", "answer-reaches-out"],
    ["a quiet exit", "raise SystemExit(0)", "answer-reaches-out"],
    [
      "what equals everything",
      "class A:\n            __eq__ = lambda *a: True\n        return A()",
      "answer-reaches-out",
    ],
    ["frames", "import sys\n        return sys._getframe(1).f_locals", "answer-reaches-out"],
    [
      "a patched helper",
      "Stack.push_new_implementation = Stack.push\n        return 1",
      "answer-reaches-out",
    ],
    ["a string that is code", 'return eval("1")', "answer-reaches-out"],
    ["an alias of the original", "me = self\n        return me.push(item)", "wrong-result"],
  ])("does not take %s", async (_, body, reason) => {
    expect(await verdictOf(body)).toMatchObject({ outcome: "unsolved", reasons: [reason] });
  });
});

describe("a script that says nothing of an answer", () => {
  const original = "def ripe(day):\n    return day > 3\n";
  const tests = (text: string) => judge("ripe", original, text, "return day > 3");

  it.each([
    ["needs a module that is not there", "import nowhere_at_all", "script-module-missing"],
    ["fails with the original", "assert ripe_new_implementation(1)", "script-does-not-run"],
    ["never calls it", "def test_ripe():\n    assert ripe_new_implementation(1)", "script-calls-nothing"],
    ["leaves early", "import os\nos._exit(0)", "script-does-not-run"],
  ])("that %s gives no verdict", async (_, text, cause) => {
    expect(await tests(text)).toMatchObject({ outcome: "no-verdict", resolved: null, cause });
  });

  it("that a function which does nothing passes gives no verdict", async () => {
    const quiet = "def note(day):\n    print(day)\n";
    expect(await judge("note", quiet, "note_new_implementation(1)", "print(day)")).toMatchObject({
      cause: "script-proves-nothing",
    });
  });
});
