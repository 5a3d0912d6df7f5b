import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/command-line.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import { writeTreeArchive } from "./start-archive.ts";
import { readStartTree } from "./verifier/start-tree.ts";

const LONG = "a/long/way/".repeat(20);
const TREE = memoryTree({
  "plain.txt": "plain\n",
  empty: "",
  "run.sh": { mode: "100755", content: "#!/bin/sh\n" },
  [`${LONG}file`]: "deep\n",
  "raw.bin": new Uint8Array([0, 255, 13, 10, 128]),
  "ünï/new\nline 漢": "odd\n",
  link: { mode: "120000", content: "plain.txt" },
  [`${LONG}link`]: { mode: "120000", content: `../${LONG}file` },
});

test("a start state comes out of its archive as it was, with us and with GNU tar", async () => {
  await using folder = await temporaryFolder();
  const archive = folder.file("start.tar");
  await writeTreeArchive(TREE, archive);
  expect((await readStartTree(archive, TREE.id)).entries).toEqual(TREE.entries);
  mkdirSync(folder.file("out"));
  execFileSync("tar", ["-xf", archive, "-C", folder.file("out")]);
  expect(readlinkSync(folder.file(`out/${LONG}link`))).toBe(`../${LONG}file`);
  expect(lstatSync(folder.file("out/run.sh")).mode & 0o777).toBe(0o755);
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder.file("out"), encoding: "utf8" }).trim();
  git("init", "--quiet");
  git("add", "--all", "--force");
  expect(git("write-tree")).toBe(TREE.id);
});

test("an archive that holds another tree is refused", async () => {
  await using folder = await temporaryFolder();
  await writeTreeArchive(TREE, folder.file("start.tar"));
  await expect(readStartTree(folder.file("start.tar"), "0".repeat(40))).rejects.toThrow(RangeError);
});
