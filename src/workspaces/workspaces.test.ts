import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Workspace } from "../workspace.ts";
import { storeTree } from "../trees/store.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { materialize } from "./materialize.ts";
import { type Files, makeTestWorkspace } from "./testing/workspace.ts";

const PROJECT: Files = {
  "README.md": "# Project\n",
  "src/app.py": "def main():\n    return 1\n",
  "bin/run": { mode: "100755", content: "#!/bin/sh\nexit 0\n" },
  "src/link.py": { mode: "120000", content: "app.py" },
  outside: { mode: "120000", content: "/etc" },
  dangling: { mode: "120000", content: "no/such/place" },
  "data/raw.bin": new Uint8Array([0, 255, 13, 10, 128]),
};

/** What git says, with nobody's settings but the folder's own. */
function git(folder: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" },
  });
}

async function materialized(files: Files) {
  const workspace = await makeTestWorkspace(files);
  const folder = path.join(workspace.folder, "copy");
  await materialize(workspace, folder);
  return { workspace, folder, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() };
}

/** Every file, folder and link below a folder, with kind, mode, time and content. */
function listing(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      const stats = lstatSync(file);
      const row = `${prefix}${entry.name} ${stats.mode.toString(8)} ${stats.mtime.toISOString()}`;
      if (entry.isDirectory()) return [row, ...listing(file, `${prefix}${entry.name}/`)];
      const content = entry.isSymbolicLink() ? readlinkSync(file) : readFileSync(file).toString("base64");
      // The index also notes inode numbers, which git does not look at here.
      return [entry.name === "index" ? row : `${row} ${content}`];
    });
}

describe("a start state as files", () => {
  test("holds the tree's bytes, modes and links", async () => {
    await using copy = await materialized(PROJECT);
    expect(readFileSync(path.join(copy.folder, "data/raw.bin"))).toEqual(Buffer.from([0, 255, 13, 10, 128]));
    expect(lstatSync(path.join(copy.folder, "bin/run")).mode & 0o777).toBe(0o755);
    expect(lstatSync(path.join(copy.folder, "README.md")).mode & 0o777).toBe(0o644);
    expect(readlinkSync(path.join(copy.folder, "outside"))).toBe("/etc");
    expect(readlinkSync(path.join(copy.folder, "dangling"))).toBe("no/such/place");
  });

  test("is the same every time, also in its dates", async () => {
    await using copy = await materialized(PROJECT);
    const again = path.join(copy.workspace.folder, "again");
    await materialize(copy.workspace, again);
    expect(listing(again)).toEqual(listing(copy.folder));
    expect(new Set(listing(copy.folder).map((row) => / (\d{4}-\d\d-\d\d)T/.exec(row)?.[1]))).toEqual(
      new Set(["2024-01-01"]),
    );
  });

  test("git sees one commit on main, whole and clean", async () => {
    await using copy = await materialized(PROJECT);
    expect(git(copy.folder, "status", "--porcelain", "--branch")).toBe("## main\n");
    expect(git(copy.folder, "log", "--all", "--format=%s %an %ae %aI")).toBe(
      "start Workspace workspace@localhost 2024-01-01T00:00:00+00:00\n",
    );
    expect(git(copy.folder, "fsck", "--full", "--strict")).toBe("");
    expect(git(copy.folder, "rev-parse", "HEAD^{tree}").trim()).toBe(copy.workspace.tree.id);
  });

  test.each([
    [
      "line ends",
      { ".gitattributes": "* text eol=crlf\n", a: "one\ntwo\n", b: "one\r\ntwo\r\n", c: "one\r\ntwo\n" },
    ],
    ["automatic line ends", { ".gitattributes": "* text=auto\n", b: "one\r\ntwo\r\n" }],
    ["idents", { ".gitattributes": "* ident\n", a: "$Id$\n", b: "$Id: 123 $\n" }],
    ["filters", { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "a.bin": "version 1\n" }],
    ["encodings", { "sub/.gitattributes": "* working-tree-encoding=UTF-16\n", "sub/a": "plain\n" }],
    ["old attributes", { ".gitattributes": "* crlf=input\n", a: "one\r\n" }],
  ])("is clean whatever its attributes ask for: %s", async (_, files) => {
    await using copy = await materialized(files);
    for (const [name, content] of Object.entries(files)) {
      expect(readFileSync(path.join(copy.folder, name), "utf8")).toBe(content);
    }
    // Hashing everything again shows that it is not only the prepared index that says so.
    git(copy.folder, "read-tree", "HEAD");
    expect(git(copy.folder, "status", "--porcelain")).toBe("");
  });

  test("keeps unusual names", async () => {
    const names = [
      "a b",
      "tab\there",
      "new\nline",
      'quote"',
      "back\\slash",
      "ünï/côdé 漢",
      "-rf",
      ":(top)x",
      "#x",
      " ",
    ];
    await using copy = await materialized(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    for (const name of names) expect(readFileSync(path.join(copy.folder, name), "utf8")).toBe(`${name}\n`);
    expect(git(copy.folder, "status", "--porcelain")).toBe("");
  });

  test("has no other object, ref, hook or setting", async () => {
    await using workspace = await makeTestWorkspace(PROJECT);
    await using other = await makeTestWorkspace({ "secret.txt": "not for this tree\n" });
    await storeTree(workspace.gitDirectory, workspace.tree, [
      { path: "secret.txt", after: { mode: "100644", content: await other.tree.read("secret.txt") } },
    ]);
    const folder = path.join(workspace.folder, "copy");
    await materialize(workspace, folder);
    const objects = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
      .trim()
      .split("\n");
    const reachable = git(folder, "rev-list", "--objects", "--no-object-names", "HEAD").trim().split("\n");
    expect(objects.sort()).toEqual(reachable.sort());
    expect(git(folder, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main\n");
    expect(readdirSync(path.join(folder, ".git")).sort()).toEqual(
      ["HEAD", "config", "index", "info", "objects", "refs"].sort(),
    );
    expect(readdirSync(path.join(folder, ".git/info"))).toEqual(["attributes"]);
    expect(git(folder, "config", "--local", "--list", "--name-only").trim().split("\n").sort()).toEqual([
      "core.bare",
      "core.checkstat",
      "core.filemode",
      "core.repositoryformatversion",
      "core.trustctime",
      "gc.auto",
    ]);
  });

  test("an edit shows in git at once", async () => {
    await using copy = await materialized(PROJECT);
    execFileSync("sed", ["-i", "s/return 1/return 2/", path.join(copy.folder, "src/app.py")]);
    expect(git(copy.folder, "status", "--porcelain")).toBe(" M src/app.py\n");
  });

  test("comes from a repository of any name, also one on another file system", async () => {
    await using workspace = await makeTestWorkspace(PROJECT);
    const gitDirectory = path.join(workspace.folder, 'a:b "c".git');
    symlinkSync(workspace.gitDirectory, gitDirectory);
    const other = await mkdtemp(path.join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "workspace-"));
    try {
      await materialize({ ...workspace, gitDirectory }, path.join(other, "copy"));
      expect(git(path.join(other, "copy"), "fsck", "--full")).toBe("");
    } finally {
      await rm(other, { recursive: true });
    }
  });

  test("an empty tree is fine", async () => {
    await using copy = await materialized({});
    expect(git(copy.folder, "status", "--porcelain")).toBe("");
    expect(readdirSync(copy.folder)).toEqual([".git"]);
  });
});

describe("what is refused", () => {
  test("a folder in use", async () => {
    await using workspace = await makeTestWorkspace(PROJECT);
    await expect(materialize(workspace, workspace.folder)).rejects.toMatchObject({
      code: "workspace-folder-in-use",
    });
  });

  test.each(["a/.git/config", ".GIT/hooks/x", "../escape", "a//b"])("the path %s", async (unsafe) => {
    await using workspace = await makeTestWorkspace(PROJECT);
    const entries = [{ path: unsafe, mode: "100644" as const, blob: "0".repeat(40), size: 0 }];
    const hostile: Workspace = { ...workspace, tree: { ...memoryTree({}), id: workspace.tree.id, entries } };
    await expect(materialize(hostile, path.join(workspace.folder, "copy"))).rejects.toMatchObject({
      code: "unsafe-path",
    });
  });

  test("a file below a link: nothing is written where the link points", async () => {
    await using workspace = await makeTestWorkspace(PROJECT);
    const entries = [
      { path: "door", mode: "120000" as const, blob: "0".repeat(40), size: 0 },
      { path: "door/file", mode: "100644" as const, blob: "0".repeat(40), size: 0 },
    ];
    const read = async () => Buffer.from(workspace.folder);
    const hostile: Workspace = {
      ...workspace,
      tree: { ...memoryTree({}), id: workspace.tree.id, entries, read },
    };
    await expect(materialize(hostile, path.join(workspace.folder, "copy"))).rejects.toMatchObject({
      code: "path-collision",
    });
    expect(readdirSync(workspace.folder)).not.toContain("file");
  });
});
