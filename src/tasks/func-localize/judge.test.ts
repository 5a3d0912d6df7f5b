import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { Instance, Secret } from "../../instance.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { type Cheat, questionOf } from "../../task.ts";
import type { FileChange, FileMode, Tree } from "../../tree.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { draftsOf, prepare, proposals } from "../conformance.ts";
import { memoryProject } from "../fixture.ts";
import { edited } from "../testing/edited.ts";
import { FIXTURE_FILES, FIXTURE_OPTIONS } from "./fixture.ts";
import { funcLocalize } from "./index.ts";
import { judgeWith, LOCALIZE_RULES } from "./judge.ts";

const syntaxes = await loadSyntaxes();
const family = funcLocalize(syntaxes);

interface Prepared {
  readonly instance: Instance;
  readonly secret: Secret;
  readonly start: Tree;
}

/** The fixture's instance for one definition, or its first one. */
async function instanceFor(name: string | undefined, options = {}): Promise<Prepared> {
  const project = await memoryProject(FIXTURE_FILES, syntaxes);
  const drafts = draftsOf(await proposals(family, project, { ...FIXTURE_OPTIONS, ...options }));
  const draft = drafts.find((one) => name === undefined || one.place.name === name);
  if (draft === undefined) throw new Error(`the fixture gives no instance for ${name}`);
  return prepare(family, project, draft);
}

describe("judging an answer", () => {
  let place: Prepared;
  const header = "    def place(self, crate, room):\n";
  const judge = (...changes: FileChange[]) =>
    family.judge({ ...questionOf(place), start: place.start, changes });
  const write = (text: string) => edited(place.start, "orchard/storage.py", header, header + text);

  beforeAll(async () => {
    place = await instanceFor("ColdStore.place");
  });

  it.each([
    ["a plain string", '        """Put a crate into a room."""\n'],
    ["a raw string", "        r'''Put a crate into a room.'''\n"],
    ["one line in single quotes", "        'Put a crate into a room.'\n"],
    ["several lines", '        """Put a crate into a room.\n\n        It must have room.\n        """\n'],
    ["a comment beside it", '        """Put a crate into a room."""  # new\n'],
  ])("takes %s", async (_, text) => {
    expect(await judge(await write(text))).toMatchObject({ outcome: "solved", resolved: true, reward: 1 });
  });

  it.each([
    ["a comment", "        # Put a crate into a room.\n", ["target-not-documented"]],
    ["an empty string", '        """"""\n', ["docstring-empty"]],
    ["white space", '        """ \n        """\n', ["docstring-empty"]],
    [
      "an f-string",
      '        f"""Put {crate} into a room."""\n',
      ["code-changed", "docstring-not-plain", "target-not-documented"],
    ],
    [
      "bytes",
      '        b"""Put a crate into a room."""\n',
      ["code-changed", "docstring-not-plain", "target-not-documented"],
    ],
    ["code behind it", '        """Put a crate into a room."""; import os\n', ["code-changed"]],
    ["a syntax error", '        """Put a crate into a room.""" x\n', ["invalid-after"]],
    ["a directive beside it", '        """Put a crate into a room."""  # noqa\n', ["directive-added"]],
  ])("does not take %s", async (_, text, reasons) => {
    const verdict = await judge(await write(text));
    expect(verdict.outcome).toBe("unsolved");
    expect(verdict.reasons).toEqual(expect.arrayContaining(reasons));
  });

  it("says that nothing was done", async () => {
    expect(await judge()).toMatchObject({ reasons: ["no-changes", "target-not-documented"] });
  });

  it("does not take a lost directive, whatever else is right", async () => {
    const lost = await edited(place.start, "orchard/weather.py", "  # noqa: SIM102", "");
    const right = await write('        """Put a crate into a room."""\n');
    expect((await judge(right, lost)).reasons).toEqual(["directive-changed"]);
  });

  it("does not take the docstring of the class for the method's, or the other way round", async () => {
    const other = await edited(
      place.start,
      "orchard/storage.py",
      '"""Rooms in',
      '"""Store a crate. Rooms in',
    );
    expect((await judge(other)).reasons).toEqual(["target-not-documented"]);
  });

  it("counts docstrings and comments elsewhere and lets them pass", async () => {
    const right = await write('        """Put `crate` into a `room` and return the number."""\n');
    const note = await edited(
      place.start,
      "orchard/sales.py",
      "    total = 0\n",
      "    # running sum\n    total = 0\n",
    );
    const text = Buffer.from(note.after?.content ?? [])
      .toString()
      .replace("Return the balance.", "Return the sum.");
    const elsewhere = { ...note, after: { mode: "100644", content: Buffer.from(text) } } as const;
    expect(await judge(right, elsewhere)).toMatchObject({
      outcome: "solved",
      facts: {
        same_code: true,
        targets: 1,
        targets_documented: 1,
        docstrings_elsewhere: 1,
        comments_added: 1,
        directives_added: 0,
        parameters_named: 1,
        docstring_words: 9,
        one_word: false,
      },
    });
  });

  it("tells a worthless docstring by its facts", async () => {
    expect((await judge(await write('        """x"""\n'))).facts).toMatchObject({
      one_word: true,
      docstring_words: 1,
    });
    const copied = place.instance.instruction.split("\n").find((line) => line.length > 60) ?? "";
    const verdict = await judge(await write(`        """${copied.replaceAll('"', "")}"""\n`));
    expect(verdict.facts["share_copied"]).toBeGreaterThan(0.9);
  });

  it("has a verdict for whatever an agent leaves behind", async () => {
    const path = "orchard/storage.py";
    const before = { mode: "100644", content: await place.start.read(path) } as const;
    const after = (content: Uint8Array, mode: FileMode = "100644") => ({
      path,
      before,
      after: { mode, content },
    });
    const oddities: [FileChange, string][] = [
      [after(Buffer.from([0xff, 0xfe, 0x00, 0x80])), "invalid-after"],
      [after(Buffer.from("")), "code-changed"],
      [after(Buffer.from("(".repeat(5000))), "invalid-after"],
      [after(Buffer.from("weather.py"), "120000"), "mode-changed"],
      [{ path: "orchard/core", after: { mode: "100644", content: Buffer.alloc(1000) } }, "file-added"],
    ];
    for (const [change, reason] of oddities) expect((await judge(change)).reasons).toContain(reason);
  });

  it("wants every target of several", async () => {
    const several = await instanceFor(undefined, { targets: 2, spread: "different-files" });
    const right = await applyFileEdits(several.start, several.secret.solution);
    expect(right.length).toBe(2);
    const half = await family.judge({
      ...questionOf(several),
      start: several.start,
      changes: right.slice(1),
    });
    expect(half).toMatchObject({
      reasons: ["target-not-documented"],
      facts: { targets: 2, targets_documented: 1 },
    });
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
    "targets-documented": "docstring-on-sibling",
    "docstrings-not-empty": "docstring-empty",
  };
  let place: Prepared;
  let cheats: readonly Cheat[];

  beforeAll(async () => {
    place = await instanceFor("ColdStore.place");
    cheats = await family.cheats({ ...place, random: createRandom(1) });
  });

  it.each(LOCALIZE_RULES.map((rule) => rule.name))("%s", async (name) => {
    const cheat = cheats.find((one) => one.name === NEEDED_FOR[name]);
    expect(cheat, `a cheat for ${name}`).toBeDefined();
    const input = { ...questionOf(place), start: place.start, changes: cheat?.changes ?? [] };
    expect((await judgeWith(LOCALIZE_RULES, input, syntaxes)).outcome).toBe("unsolved");
    const others = LOCALIZE_RULES.filter((rule) => rule.name !== name);
    expect((await judgeWith(others, input, syntaxes)).outcome).toBe("solved");
  });
});
