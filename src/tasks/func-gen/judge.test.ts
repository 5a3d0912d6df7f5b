import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { Instance, Secret } from "../../instance.ts";
import type { Runner } from "../../plan.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { type Cheat, questionOf } from "../../task.ts";
import type { FileChange, Tree } from "../../tree.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { overlayTree } from "../../trees/overlay.ts";
import { settle } from "../../verdicts/settle.ts";
import { draftsOf, prepare, proposals } from "../conformance.ts";
import { memoryProject } from "../fixture.ts";
import { edited } from "../testing/edited.ts";
import { FIXTURE_FILES, FIXTURE_OPTIONS } from "./fixture.ts";
import { funcGen } from "./index.ts";
import { GEN_RULES, judgeWith } from "./judge.ts";
import { memoryRunner } from "./testing/sandboxes.ts";

const syntaxes = await loadSyntaxes();
const family = funcGen(syntaxes);
const FILE = "orchard/crates.py";
const STUB = "    raise NotImplementedError\n";

let place: { readonly instance: Instance; readonly secret: Secret; readonly start: Tree };
let runner: Runner & AsyncDisposable;

beforeAll(async () => {
  runner = memoryRunner();
  const { "tests/test_crates.py": _, ...files } = FIXTURE_FILES;
  const project = await memoryProject(files, syntaxes);
  const options = { ...FIXTURE_OPTIONS, kinds: ["function"] };
  const drafts = draftsOf(await proposals(family, project, options, { runner }));
  const draft = drafts.find((one) => one.place.name === "pack");
  if (draft === undefined) throw new Error("the fixture gives no instance");
  place = await prepare(family, project, draft);
});
afterAll(() => runner[Symbol.asyncDispose]());

const judge = async (...changes: FileChange[]) => {
  const { start } = place;
  return settle(
    await family.judge({ ...questionOf(place), start, changes }),
    overlayTree(start, changes),
    runner,
  );
};

/** The file with another body, one statement or block a line; lines are indented as the body is. */
const body = (text: string) =>
  edited(
    place.start,
    FILE,
    STUB,
    text
      .trim()
      .split("\n")
      .map((line) => `    ${line}\n`)
      .join(""),
  );

const RIGHT = `
crates = [[]]
for weight in weights:
    if weight > limit:
        raise ValueError(f"{weight} is too heavy")
    if sum(crates[-1]) + weight > limit:
        crates.append([])
    crates[-1].append(weight)
return [one for one in crates if one]
`;

describe("an answer", () => {
  it("is right when every call gives what the original gives, written in any way", async () => {
    expect(await judge(await body(RIGHT))).toMatchObject({
      outcome: "solved",
      facts: { way: "recorded", oracle: "calls", share_right: 1, files_changed: 1 },
    });
  });

  it("may add imports at the top, change its own docstring, and comment", async () => {
    const change = await body(`# in order\n${RIGHT.trim().replace("weights:", "itertools.chain(weights):")}`);
    const text = Buffer.from(change.after?.content ?? []).toString();
    const after = text
      .replace('"""Crates of fruit."""\n', '"""Crates of fruit."""\nimport itertools  # noqa\n')
      .replace("in order.", "one after the other.");
    expect(await judge({ ...change, after: { mode: "100644", content: Buffer.from(after) } })).toMatchObject({
      outcome: "solved",
      facts: { imports_added: 1 },
    });
  });

  it("is told by its share what it does right", async () => {
    const verdict = await judge(
      await body(RIGHT.replace("> limit:\n        crates", ">= limit:\n        crates")),
    );
    expect(verdict.reasons).toEqual(["wrong-result"]);
    expect(verdict.facts["share_right"]).toBeGreaterThan(0);
    expect(JSON.stringify(verdict.facts)).not.toContain("expected");
  });

  it.each([
    ["nothing", undefined, ["body-not-written", "no-changes"]],
    ["a comment", "# done\nraise NotImplementedError", ["body-not-written"]],
    ["a syntax error", "return (", ["body-not-written", "invalid-after"]],
    ["an endless loop", "while True:\n    pass", ["call-unanswered", "ran-out-of-time"]],
    ["a way out", "import os\nos._exit(0)", ["call-unanswered"]],
    ["an exception of its own", "raise SystemExit(0)", ["call-unanswered"]],
    [
      "an object that equals everything",
      "class A:\n    __eq__ = lambda *a: True\nreturn A()",
      ["wrong-result"],
    ],
    ["an import that is not there", "import nowhere_to_be_found", ["wrong-result"]],
  ])("that is %s is not", async (_, text, reasons) => {
    const changes = text === undefined ? [] : [await body(text)];
    expect(await judge(...changes)).toMatchObject({ outcome: "unsolved", reasons });
  });

  it.each([
    ["signature", "def pack(weights, limit)", "def pack(weights, limit, *more)"],
    ["decorator", "def pack(", "@staticmethod\ndef pack("],
    ["neighbour", "return rest, first", "return first"],
    [
      "import that was there for another name",
      '"""Crates of fruit."""',
      '"""Crates of fruit."""\nimport os as label',
    ],
  ])("with another %s is not", async (_, from, to) => {
    const change = await body(RIGHT);
    const text = Buffer.from(change.after?.content ?? []).toString();
    const after = { mode: "100644", content: Buffer.from(text.replace(from, to)) } as const;
    expect(await judge({ ...change, after })).toMatchObject({ reasons: ["code-changed"] });
  });

  it("does not find the original anywhere, nor what is expected", async () => {
    const search = `
import os, zlib
found = []
for top in ("/workspace", "/mnt", "/tmp", "/home"):
    for folder, _, names in os.walk(top):
        for name in names:
            data = open(os.path.join(folder, name), "rb").read()
            try:
                data = zlib.decompress(data)
            except zlib.error:
                pass
            if b"crates.append" + b"([])" in data or b"expected" in data.replace(b"expected_", b""):
                found.append(os.path.join(folder, name))
raise KeyError(*found)
`;
    const verdict = await judge(await body(search));
    expect(verdict.reasons).toEqual(["wrong-result"]);
    expect(JSON.stringify(verdict.facts["evidence"])).not.toContain("/workspace");
  });
});

describe("each rule is needed", () => {
  /** Without the rule, this cheat would be taken for a solution; with all rules it is not. */
  const NEEDED_FOR: Readonly<Record<string, string>> = {
    "no-new-files": "right-edit-and-new-file",
    "no-deletions": "right-edit-and-deleted-file",
    "same-modes": "right-edit-and-mode-change",
    "source-only": "right-edit-and-other-file",
    "still-valid": "right-edit-and-broken-file",
    "same-code": "right-edit-and-code-elsewhere",
    "directives-kept": "right-edit-and-lost-directive",
    "no-new-directives": "right-edit-and-tool-directive",
  };
  let cheats: readonly Cheat[];

  beforeAll(async () => {
    cheats = await family.cheats({ ...place, random: createRandom(1) });
  });

  const settled = async (rules: typeof GEN_RULES, changes: readonly FileChange[]) => {
    const input = { ...questionOf(place), start: place.start, changes };
    return settle(await judgeWith(rules, input, syntaxes), overlayTree(place.start, changes), runner);
  };

  it.each(Object.entries(NEEDED_FOR))("%s", async (name, by) => {
    const changes = cheats.find((one) => one.name === by)?.changes ?? [];
    expect(changes, `a cheat for ${name}`).not.toEqual([]);
    expect((await settled(GEN_RULES, changes)).outcome).toBe("unsolved");
    const others = GEN_RULES.filter((rule) => rule.name !== name);
    expect(others.length).toBe(GEN_RULES.length - 1);
    expect((await settled(others, changes)).outcome).toBe("solved");
  });

  it("docstrings-kept", async () => {
    const [right] = await applyFileEdits(place.start, place.secret.solution);
    if (right?.after === undefined) throw new Error("no solution");
    const text = Buffer.from(right.after.content).toString().replace("Rows of sales.", "Sales.");
    const changes = [{ ...right, after: { ...right.after, content: Buffer.from(text) } }];
    expect((await settled(GEN_RULES, changes)).reasons).toEqual(["docstring-changed"]);
    const others = GEN_RULES.filter((rule) => rule.name !== "docstrings-kept");
    expect((await settled(others, changes)).outcome).toBe("solved");
  });
});
