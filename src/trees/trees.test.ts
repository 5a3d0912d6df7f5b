import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TaskError } from "../base/errors.ts";
import { createBareRepository } from "../repositories/bare.ts";
import type { FileChange, Tree } from "../tree.ts";
import { applyFileEdits, fileEditOf } from "./edits.ts";
import { openGitTree } from "./git-tree.ts";
import { memoryTree } from "./make-tree.ts";
import { diffTrees, overlayTree } from "./overlay.ts";
import { comparePaths, pathProblem } from "./paths.ts";
import { storeTree } from "./store.ts";

let folder = "";
let gitDirectory = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "trees-"));
  gitDirectory = path.join(folder, "repository.git");
  await createBareRepository(gitDirectory);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const empty = memoryTree({});
const store = async (tree: Tree) => storeTree(gitDirectory, empty, await diffTrees(empty, tree));
const file = (content: string) => ({ mode: "100644" as const, content: Buffer.from(content) });

function gitSays(...args: string[]): string {
  return spawnSync("git", ["--git-dir", gitDirectory, ...args], { encoding: "utf8", maxBuffer: 1 << 28 })
    .stdout;
}

const name = fc.constantFrom("a", "a.b", "a-b", "a0", "b", "é", "\u{e000}", "😀", "z z");
const trees = fc
  .dictionary(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    fc.string({ maxLength: 5 }),
    { maxKeys: 9 },
  )
  .map((files) => {
    const paths = Object.keys(files);
    const free = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
    return memoryTree(Object.fromEntries(free.map((one) => [one, files[one] ?? ""])));
  });

test("ids, order and content are git's own, whichever way a tree is made", async () => {
  await fc.assert(
    fc.asyncProperty(trees, trees, async (before, after) => {
      const changes = await diffTrees(before, after);
      const overlaid = overlayTree(before, changes);
      expect(overlaid.id).toBe(after.id);
      expect(overlaid.entries).toEqual(after.entries);
      await store(before);
      expect(await storeTree(gitDirectory, before, changes)).toBe(after.id);
      await using stored = await openGitTree(gitDirectory, after.id);
      expect(stored.entries).toEqual(after.entries);
      for (const { path } of after.entries) {
        expect(Buffer.compare(await stored.read(path), await after.read(path))).toBe(0);
      }
    }),
    { numRuns: 40 },
  );
  expect(
    gitSays("fsck", "--full", "--strict")
      .trim()
      .split("\n")
      .filter((line) => !/^(dangling|notice|$)/.test(line)),
  ).toEqual([]);
});

test("many reads at once, a large file among them, come back right", async () => {
  const large = Buffer.alloc(20_000_000, "0123456789abcdef\n");
  const tree = memoryTree({
    large,
    empty: "",
    ...Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, `${n}\n`])),
  });
  await using stored = await openGitTree(gitDirectory, await store(tree));
  const contents = await Promise.all(stored.entries.map((entry) => stored.read(entry.path)));
  const wrong = await Promise.all(
    stored.entries.map(
      async ({ path }, index) =>
        Buffer.compare(contents[index] ?? new Uint8Array(), await tree.read(path)) !== 0,
    ),
  );
  expect(wrong).not.toContain(true);
  await expect(stored.read("missing")).rejects.toThrow(TaskError);
});

test("a change that does not fit its tree is refused", () => {
  const tree = memoryTree({ a: "a", "d/x": "x" });
  const refused: [FileChange, string][] = [
    [{ path: "a", after: file("b") }, "change-does-not-fit"],
    [{ path: "a", before: file("other"), after: file("b") }, "change-does-not-fit"],
    [{ path: "b", before: file("b") }, "change-does-not-fit"],
    [{ path: "d", after: file("d") }, "path-conflict"],
    [{ path: "a/b", after: file("b") }, "path-conflict"],
    [{ path: "../b", after: file("b") }, "path-outside-tree"],
    [{ path: "d/.GIT/config", after: file("b") }, "path-touches-git"],
  ];
  for (const [change, code] of refused) {
    expect(() => overlayTree(tree, [change])).toThrow(expect.objectContaining({ code }));
  }
  expect(
    overlayTree(tree, [
      { path: "a", before: file("a") },
      { path: "a/b", after: file("b") },
    ]).entries,
  ).toHaveLength(2);
  expect(tree.id).toBe(memoryTree({ a: "a", "d/x": "x" }).id);
});

test("edits as data give back exactly what they were made from", async () => {
  const bytes = fc.oneof(
    fc.string({ unit: "grapheme" }).map((text) => Uint8Array.from(Buffer.from(text))),
    fc.uint8Array({ maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, bytes, bytes, bytes, async (head, tail, old, young) => {
      const before = Buffer.concat([head, old, tail]);
      const after = Buffer.concat([head, young, tail]);
      fc.pre(Buffer.compare(before, after) !== 0);
      const edit = fileEditOf("a", before, after);
      const [change] = await applyFileEdits(memoryTree({ a: before }), [edit]);
      expect(Buffer.from(change?.after?.content ?? []).toString("hex")).toBe(after.toString("hex"));
    }),
  );
  expect(fileEditOf("a", Buffer.from("né"), Buffer.from("nè")).replacements).toEqual([
    { start: 1, end: 3, text: "è" },
  ]);
  expect(fileEditOf("a", Buffer.from("ab"), Buffer.from([0x61, 0xff])).replacements).toEqual([
    { start: 1, end: 2, base64: "/w==" },
  ]);
});

test("edits of another content are refused", async () => {
  const tree = memoryTree({ a: "text" });
  const edit = fileEditOf("a", Buffer.from("text"), Buffer.from("test"));
  const refused = { code: "edit-does-not-fit" };
  await expect(applyFileEdits(memoryTree({ a: "other" }), [edit])).rejects.toMatchObject(refused);
  await expect(applyFileEdits(memoryTree({ b: "text" }), [edit])).rejects.toMatchObject(refused);
  await expect(applyFileEdits(tree, [edit, edit])).rejects.toMatchObject(refused);
  const beyond = { ...edit, replacements: [{ start: 2, end: 9, text: "" }] };
  await expect(applyFileEdits(tree, [beyond])).rejects.toMatchObject(refused);
  const overlapping = {
    ...edit,
    replacements: [
      { start: 0, end: 3, text: "" },
      { start: 2, end: 4, text: "" },
    ],
  };
  await expect(applyFileEdits(tree, [overlapping])).rejects.toMatchObject(refused);
});

test("paths sort by their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("paths that leave the tree or reach into .git are known, under every spelling", () => {
  for (const bad of ["", "/a", "a//b", "a/", "./a", "a/../b", "a\0b", "\ud800"])
    expect(pathProblem(bad)).toBe("outside-tree");
  for (const bad of [
    ".git",
    "a/.Git/x",
    ".git./x",
    ".git ",
    ".git::$INDEX_ALLOCATION/x",
    "GIT~1",
    "a\\.git\\x",
    ".g\u200cit",
  ]) {
    expect(pathProblem(bad)).toBe("touches-git");
  }
  for (const good of [".github/x", ".gitignore", "git", "a/.git2", "...", "a b", "git~10"])
    expect(pathProblem(good)).toBeUndefined();
});
