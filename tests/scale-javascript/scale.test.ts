import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { syntaxFor } from "../../src/syntaxes/index.ts";
import { compareEdits, type Outcome, readable, settledBecause } from "./compare.ts";
import { applied, removed } from "./edits.ts";
import { chooseFiles, type SourceFile } from "./files.ts";

/** A slice of `run.ts` that needs no network: packages that are installed for the tests anyway, and our own sources. */
const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const folders = ["enhanced-resolve", "tapable", "commander", "acorn", "execa", "semver", "zod"]
  .map((name) => path.join(root, "node_modules", name))
  .concat(path.join(root, "src"));
const random = createRandom(1, "slice");
const files: readonly SourceFile[] = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => chooseFiles(folder, 8, random.scope(path.basename(folder))));

describe("on real files", () => {
  test("there are some, and both read them", () => {
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) expect(readable(file), file.path).toMatchObject({ reading: { valid: true } });
  });

  test("what is the same code agrees with the compiler's reading", () => {
    const outcomes: Outcome[] = files.flatMap((file) => {
      const edited = readable(file);
      return typeof edited === "string"
        ? []
        : [...compareEdits(file.path, edited, 6, random.scope(path.relative(root, file.path)))];
    });
    const open = outcomes.filter((one) => one.expected !== one.found && settledBecause(one) === undefined);
    expect(open.map(({ path: file, edit, found, detail }) => [file, edit, found, detail])).toEqual([]);
    expect(outcomes.filter(({ expected }) => expected === "same").length).toBeGreaterThan(150);
    expect(outcomes.filter(({ expected }) => expected === "different").length).toBeGreaterThan(150);
  });

  test("every docstring can be taken away and put back", () => {
    let count = 0;
    for (const file of files) {
      const edited = readable(file);
      if (typeof edited === "string") continue;
      const { syntax, source } = edited;
      for (const definition of edited.definitions) {
        const text = definition.docstring?.text;
        const bareText = text === undefined ? undefined : removed(edited, definition);
        if (text === undefined || bareText === undefined) continue;
        const bare = { ...source, text: bareText };
        expect(syntax.sameCode(source, bare), `${file.path} ${definition.qualifiedName}`).toMatchObject({
          same: true,
          comments: [],
        });
        const same = ({ qualifiedName, ordinal }: typeof definition) =>
          qualifiedName === definition.qualifiedName && ordinal === definition.ordinal;
        const without = syntax.outline(bare).definitions.find(same);
        if (without === undefined) throw new Error(`${definition.qualifiedName} is gone`);
        const edit = syntax.insertDocstring(bare, without, text);
        const again = { ...source, text: applied({ ...edited, source: bare }, edit) };
        expect(syntax.outline(again).definitions.find(same)?.docstring?.text).toBe(text);
        count++;
      }
    }
    expect(count).toBeGreaterThan(40);
  });

  test("JSDoc of functions, classes and methods is what the compiler attaches", () => {
    for (const { path: name } of files) {
      const text = readFileSync(name, "utf8");
      const ours = syntaxFor(name)?.outline({
        text,
        encoding: "utf-8",
        encode: (written) => Buffer.from(written),
      });
      const found = new Map(
        ours?.definitions.map(({ docstring, span }) => [span.start, docstring?.span.start]),
      );
      for (const [start, comment] of attachedJsdoc(name, text)) {
        if (found.has(start)) expect(found.get(start), `${name} at ${start}`).toBe(comment);
      }
    }
  });
});

/** Where definitions start and where the last JSDoc comment stands that the compiler gives them. */
function attachedJsdoc(name: string, text: string): Map<number, number> {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const attached = new Map<number, number>();
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isVariableStatement(node)) {
      const last = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
      const comment = last === undefined ? "" : text.slice(last.pos, last.end);
      const ofItsOwn =
        /^\/\*\*\*|@(?:file|fileoverview|module|packageDocumentation|license|typedef|callback|import)\b/;
      if (last !== undefined && !ofItsOwn.test(comment)) attached.set(node.getStart(file), last.pos);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return attached;
}
