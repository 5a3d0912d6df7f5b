import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { diffTreesInGit } from "../diffs/format.ts";
import { createBareRepository } from "./bare.ts";
import { openGitTree } from "../trees/git-tree.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { storeTree } from "../trees/store.ts";
import { createScratchRepository } from "./scratch.ts";

const file = (text: string) => ({ mode: "100644" as const, content: Buffer.from(text) });

it("a scratch repository sees the source's files, keeps new ones to itself, and no attribute hides a change", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "scratch-"));
  try {
    const source = path.join(folder, "source");
    await createBareRepository(source);
    const start = [
      { path: ".gitattributes", after: file("* -diff binary\n") },
      { path: "a.py", after: file("x = 1\n") },
    ];
    const before = await storeTree(source, memoryTree({}), start);

    const scratch = await createScratchRepository(path.join(folder, "scratch"), source);
    await using tree = await openGitTree(scratch, before);
    const after = await storeTree(scratch, tree, [
      { path: "a.py", before: file("x = 1\n"), after: file("x = 2\n") },
    ]);
    const diff = Buffer.from(await diffTreesInGit(scratch, before, after)).toString("utf8");
    expect(diff).toContain("-x = 1\n+x = 2\n");
    await expect(openGitTree(source, after)).rejects.toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});
