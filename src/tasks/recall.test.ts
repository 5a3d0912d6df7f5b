import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import type { InstancePair } from "../instance.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { taskFamilies } from "./index.ts";

const families = taskFamilies({ syntaxes: await loadSyntaxes() });

function pairOf(task: string, answer: Json): InstancePair {
  const tree = memoryTree({}).id;
  const both = { schema_version: 1, id: "a" } as const;
  const repository = { name: "farm/orchard", commit: "c", tree };
  const shown = { task, language: "python", repository, start_tree: tree, variant: {}, facts: {} };
  return {
    instance: { ...both, ...shown, instruction: "Find it." },
    secret: { ...both, start: [], solution: [], answer, facts: {} },
  };
}

async function recall(task: string, answer: Json, files: Record<string, string> = {}) {
  const family = families.find(({ name }) => name === task);
  if (family === undefined) throw new Error(`no family ${task}`);
  return family.recall(pairOf(task, answer), memoryTree(files));
}

const place = (path: string, name: string) => ({ path, name });
const said = (...places: { path: string; name: string }[]) => JSON.stringify({ places });
const definition = (path: string, qualified_name: string) => ({
  path,
  qualified_name,
  ordinal: 0,
  kind: "function",
  line: 1,
});
const RIGHT = { right: true, reason: "places-named" };
const OTHERS = { right: false, reason: "other-places-named" };
const UNREADABLE = { right: false, reason: "unreadable" };

describe("places from memory", () => {
  const targets = [{ ...definition("orchard/pack.py", "Crate.label"), docstring: "Secret." }];

  it("are asked for by the instruction and the repository's name, and never tell the answer", async () => {
    const { question } = await recall("func-localize", { targets });
    expect(question).toMatch(/^Find it\.\n.*farm\/orchard/s);
    expect(question).not.toMatch(/Crate\.label|orchard\/pack|Secret/);
  });

  it("are read out of whatever stands around them", async () => {
    const { read } = await recall("func-localize", { targets });
    expect(read(said(place("./orchard/pack.py", "Crate.label()")))).toEqual(RIGHT);
    const thoughts = `Maybe {this}?\n\`\`\`json\n${said(place("orchard/pack.py", "Crate.label"))}\n\`\`\``;
    expect(read(thoughts)).toEqual(RIGHT);
    for (const answer of ["", "{", "I do not know.", '{"places": "all"}', "{".repeat(10_000)])
      expect(read(answer)).toEqual(UNREADABLE);
  });

  it("have to be the targets and no others", async () => {
    const { read } = await recall("func-localize", { targets });
    expect(read(said())).toEqual(OTHERS);
    expect(read(said(place("orchard/pack.py", "label")))).toEqual(OTHERS);
    const both = said(place("orchard/pack.py", "Crate.label"), place("orchard/pack.py", "Crate"));
    expect(read(both)).toEqual(OTHERS);
  });

  it("have to be all dependencies and no others", async () => {
    const dependencies = [definition("a.py", "f"), definition("b.py", "g")];
    const target = { ...definition("c.py", "h"), name: "h" };
    const { read } = await recall("dep-search", { target, dependencies });
    expect(read(said(place("b.py", "g"), place("a.py", "f")))).toEqual(RIGHT);
    expect(read(said(place("b.py", "g")))).toEqual(OTHERS);
  });

  it("of an issue have to hold one that the fix changes, and few others", async () => {
    const files = [
      { path: "a.py", definitions: [{ qualified_name: "f", ordinal: 0 }] },
      { path: "b.py", definitions: [] },
    ];
    const { read } = await recall("issue-localize", { files });
    expect(read(said(place("x.py", "f"), place("a.py", "f")))).toEqual(RIGHT);
    expect(read(said(place("b.py", "")))).toEqual(RIGHT);
    expect(read(said(place("a.py", "other")))).toEqual(OTHERS);
    const many = [place("a.py", "f"), ...["1", "2", "3"].map((name) => place("a.py", name))];
    expect(read(said(...many))).toEqual(OTHERS);
  });
});

describe("a body from memory", () => {
  const path = "orchard/crate.py";
  const header = 'class Crate:\n    def label(self, name):\n        """Write on it."""';
  const stub = `${header}\n        raise NotImplementedError\n\n\nEND = 1\n`;
  const answer = {
    target: { ...definition(path, "Crate.label"), kind: "method", line: 2 },
    oracle: { kind: "calls", module: "m", name: "n", roots: [""], calls: [{ input: "AA==", expected: 1 }] },
  };
  const changed = async (text: string) => {
    const { read } = await recall("func-gen", answer, { [path]: stub });
    const recalled = read(text);
    if ("right" in recalled) return recalled;
    const [change] = recalled.changes;
    expect(recalled.changes).toHaveLength(1);
    return Buffer.from(change?.after?.content ?? "").toString();
  };

  it("is asked for by signature and docstring", async () => {
    const { question } = await recall("func-gen", answer, { [path]: stub });
    expect(question).toContain('def label(self, name):\n        """Write on it."""\n```');
    expect(question).not.toContain("NotImplementedError");
  });

  it("takes the stub's place, as deep as that stands", async () => {
    const body = "    text = name.upper()\n    if text:\n        return text\n    return None";
    const deep = body.replaceAll(/^/gm, "    ");
    const wanted = stub.replace("        raise NotImplementedError", deep);
    const written = `def label(self, name):\n    """Write on it."""\n${body}\n`;
    expect(await changed(`So:\n\`\`\`python\n${written}\`\`\`\nDone.`)).toBe(wanted);
    expect(await changed(`\`\`\`\n${header}\n${deep}\n\`\`\``)).toBe(wanted);
    expect(await changed(written)).toBe(wanted);
    expect(await changed("```python\ndef label(self, name): return 3\n```")).toBe(
      stub.replace("raise NotImplementedError", "return 3"),
    );
  });

  it("is none where there is no such function, or no code", async () => {
    for (const text of [
      "",
      "I do not know.",
      "```python\ndef other(): return 3\n```",
      "```python\ndef label(self): return ((\n```",
    ])
      expect(await changed(text)).toEqual(UNREADABLE);
  });
});
