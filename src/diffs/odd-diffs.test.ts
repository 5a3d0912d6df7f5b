import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { gitBlobId } from "../base/hash.ts";
import type { DiffReason } from "../diff.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { overlayTree } from "../trees/overlay.ts";
import { applyDiff } from "./apply.ts";

const link = (target: string) => ({ mode: "120000" as const, content: target });
const tree = memoryTree({
  "a.py": "one\ntwo\nthree\nfour\nfive\nsix\nseven\n",
  "crlf.txt": "one\r\ntwo\r\n",
  "dir/sub/b.py": "b\n",
  empty: "",
  inside: link("dir/sub"),
  "name with space.py": "x\n",
  "no-newline": "last",
  "run.sh": { mode: "100755", content: "#!/bin/sh\n" },
});

/** The files that a diff leaves differing, as text with the mode in front where it is not 100644; null is gone. */
async function apply(
  diff: string | Uint8Array,
  limits = {},
): Promise<Record<string, string | null> | DiffReason> {
  const result = await applyDiff(tree, typeof diff === "string" ? Buffer.from(diff) : diff, limits);
  if (!result.applied) {
    expect(result.detail).not.toContain("\n");
    return result.reason;
  }
  overlayTree(tree, result.changes);
  return Object.fromEntries(
    result.changes.map(({ path, after }) => {
      if (after === undefined) return [path, null];
      const mode = after.mode === "100644" ? "" : `${after.mode} `;
      return [path, mode + Buffer.from(after.content).toString()];
    }),
  );
}

const hunk = "@@ -1,4 +1,4 @@\n one\n-two\n+TWO\n three\n four\n";
const changed = { "a.py": "one\nTWO\nthree\nfour\nfive\nsix\nseven\n" };
const added = (path: string, mode = "100644", content = "x") =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${content}\n\\ No newline at end of file\n`;

const understood: Record<string, [diff: string, result: Record<string, string | null>]> = {
  "an empty diff": ["", {}],
  "white space only": ["\n \n", {}],
  "a plain git diff": [`diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n${hunk}`, changed],
  "text around it, as in a mail": [
    `From 1234 Mon Sep 17\nSubject: x\n\n---\n a.py | 2 +-\n\ndiff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n${hunk}-- \n2.39.5\n\n`,
    changed,
  ],
  "no newline at the very end of the diff": [`--- a/a.py\n+++ b/a.py\n${hunk.trimEnd()}`, changed],
  "no git header, time stamps": [
    `--- a/a.py\t2024-01-01 10:00:00.000000000 +0100\n+++ b/a.py\t2024-01-01 10:00:01.000000000 +0100\n${hunk}`,
    changed,
  ],
  "no prefixes": [`--- a.py\n+++ a.py\n${hunk}`, changed],
  "no prefixes in a folder": [
    "diff --git dir/sub/b.py dir/sub/b.py\n--- dir/sub/b.py\n+++ dir/sub/b.py\n@@ -1 +1 @@\n-b\n+c\n",
    { "dir/sub/b.py": "c\n" },
  ],
  "a name with blanks": [
    "diff --git a/name with space.py b/name with space.py\n--- a/name with space.py\t\n+++ b/name with space.py\t\n@@ -1 +1 @@\n-x\n+y\n",
    { "name with space.py": "y\n" },
  ],
  "a quoted name": [
    added("\u00fc")
      .replace("a/\u00fc b/\u00fc", '"a/\\303\\274" "b/\\303\\274"')
      .replace("+++ b/\u00fc", '+++ "b/\\303\\274"'),
    { "\u00fc": "x" },
  ],
  "a hunk that has moved": [
    "--- a/a.py\n+++ b/a.py\n@@ -40,3 +40,3 @@\n three\n-four\n+FOUR\n five\n",
    { "a.py": "one\ntwo\nthree\nFOUR\nfive\nsix\nseven\n" },
  ],
  "content that looks like headers": [
    "--- a/dir/sub/b.py\n+++ b/dir/sub/b.py\n@@ -1 +1,3 @@\n-b\n+++ b/x\n+-- a/x\n+@@ -1 +1 @@\n",
    { "dir/sub/b.py": "++ b/x\n-- a/x\n@@ -1 +1 @@\n" },
  ],
  "a backup's name": [
    "--- dir/sub/b.py.orig\n+++ dir/sub/b.py\n@@ -1 +1 @@\n-b\n+c\n",
    { "dir/sub/b.py": "c\n" },
  ],
  "CRLF content": [
    "--- a/crlf.txt\n+++ b/crlf.txt\n@@ -1,2 +1,2 @@\n one\r\n-two\r\n+2\r\n",
    { "crlf.txt": "one\r\n2\r\n" },
  ],
  "an empty context line without its blank": [
    "--- a/empty\n+++ b/empty\n@@ -0,0 +1 @@\n+\n",
    { empty: "\n" },
  ],
  "a newline added at the end": [
    "--- a/no-newline\n+++ b/no-newline\n@@ -1 +1 @@\n-last\n\\ No newline at end of file\n+last\n",
    { "no-newline": "last\n" },
  ],
  "hunks without context": [
    "--- a/a.py\n+++ b/a.py\n@@ -2 +2 @@\n-two\n+TWO\n@@ -5,0 +6,2 @@\n+new\n+newer\n@@ -7 +8,0 @@\n-seven\n",
    { "a.py": "one\nTWO\nthree\nfour\nfive\nnew\nnewer\nsix\n" },
  ],
  "a new file, a new empty file, a deleted one": [
    `${added("new.py")}diff --git a/e b/e\nnew file mode 100755\nindex 0000000..e69de29\ndiff --git a/empty b/empty\ndeleted file mode 100644\n`,
    { e: "100755 ", empty: null, "new.py": "x" },
  ],
  "a mode": ["diff --git a/run.sh b/run.sh\nold mode 100755\nnew mode 100644\n", { "run.sh": "#!/bin/sh\n" }],
  "a rename with an edit, and a copy": [
    `diff --git a/a.py b/z.py\nsimilarity index 90%\nrename from a.py\nrename to z.py\n--- a/a.py\n+++ b/z.py\n${hunk}diff --git a/run.sh b/copy.sh\nsimilarity index 100%\ncopy from run.sh\ncopy to copy.sh\n`,
    { "a.py": null, "copy.sh": "100755 #!/bin/sh\n", "z.py": changed["a.py"] },
  ],
  "two files that swap names": [
    "diff --git a/empty b/run.sh\nrename from empty\nrename to run.sh\ndiff --git a/run.sh b/empty\nrename from run.sh\nrename to empty\n",
    { empty: "100755 #!/bin/sh\n", "run.sh": "" },
  ],
  "a file changed by two diffs in order": [
    "--- a/dir/sub/b.py\n+++ b/dir/sub/b.py\n@@ -1 +1 @@\n-b\n+c\n--- a/dir/sub/b.py\n+++ b/dir/sub/b.py\n@@ -1 +1 @@\n-c\n+d\n",
    { "dir/sub/b.py": "d\n" },
  ],
  "a file that becomes a folder": [
    "diff --git a/empty b/empty\ndeleted file mode 100644\n" + added("empty/x"),
    { empty: null, "empty/x": "x" },
  ],
  "a link within the tree": [added("dir/l", "120000", "../a.py"), { "dir/l": "120000 ../a.py" }],
};

describe("understood", () => {
  test.each(Object.entries(understood))("%s", async (_, [diff, result]) => {
    expect(await apply(diff)).toEqual(result);
  });
});

const binaryDiff = (size: number) =>
  `diff --git a/bin b/bin\nnew file mode 100644\nindex ${"0".repeat(40)}..${gitBlobId(Buffer.alloc(size))}\nGIT binary patch\nliteral ${size}\n${base85(deflateSync(Buffer.alloc(size)))}\n`;

function base85(bytes: Uint8Array): string {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
  let text = "";
  for (let start = 0; start < bytes.length; start += 52) {
    const line = bytes.subarray(start, start + 52);
    text += String.fromCharCode(line.length <= 26 ? 64 + line.length : 70 + line.length);
    for (let group = 0; group < line.length; group += 4) {
      let value = Buffer.concat([line.subarray(group, group + 4), Buffer.alloc(4)]).readUInt32BE(0);
      let letters = "";
      for (let digit = 0; digit < 5; digit++) {
        letters = digits.charAt(value % 85) + letters;
        value = Math.floor(value / 85);
      }
      text += letters;
    }
    text += "\n";
  }
  return text;
}

const refused: Record<string, [diff: string, reason: DiffReason]> = {
  "text without a diff": ["I changed the file as you asked.\n", "diff-malformed"],
  "a hunk without a header": [hunk, "diff-malformed"],
  "a hunk cut short": [`--- a/a.py\n+++ b/a.py\n${hunk.slice(0, -6)}`, "diff-malformed"],
  "two names for one side": [
    `diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/b.py\n${hunk}`.replace(
      "--- a/a.py",
      "rename from x\nrename to y\n--- a/a.py",
    ),
    "diff-malformed",
  ],
  "another name without a rename": [
    "diff --git a/a.py b/empty\n--- a/dir/sub/b.py\n+++ b/empty\n@@ -1 +1 @@\n-b\n+c\n",
    "diff-malformed",
  ],
  "a file changed and deleted": [
    `--- a/empty\n+++ b/empty\n@@ -0,0 +1 @@\n+x\ndiff --git a/empty b/empty\ndeleted file mode 100644\n`,
    "diff-malformed",
  ],
  "other context": [
    "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n THREE\n",
    "diff-does-not-apply",
  ],
  "a hunk of line 1 that has moved": [
    "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,3 @@\n+new\n two\n three\n",
    "diff-does-not-apply",
  ],
  "a file that does not exist": ["--- a/none\n+++ b/none\n@@ -1 +1 @@\n-x\n+y\n", "diff-does-not-apply"],
  "a new file that exists": [added("a.py"), "diff-does-not-apply"],
  "a deletion that leaves content": [
    "diff --git a/a.py b/a.py\ndeleted file mode 100644\n",
    "diff-does-not-apply",
  ],
  "a file below a file": [added("a.py/x"), "diff-does-not-apply"],
  "a file over a folder": [added("dir"), "diff-does-not-apply"],
  "a newline that is missing": [
    "--- a/a.py\n+++ b/a.py\n@@ -7 +7 @@\n-seven\n\\ No newline at end of file\n+7\n",
    "diff-does-not-apply",
  ],
  "lines that would run into one": [
    "--- a/no-newline\n+++ b/no-newline\n@@ -1,0 +2 @@\n+more\n",
    "diff-does-not-apply",
  ],
  "a path above the tree": [added("../x"), "diff-outside-tree"],
  "an absolute path": [added("/etc/x"), "diff-outside-tree"],
  "an empty part": [added("dir//x"), "diff-outside-tree"],
  "a rename out of the tree": [
    "diff --git a/a.py b/x\nrename from a.py\nrename to ../x\n",
    "diff-outside-tree",
  ],
  ".git": [added(".git/config"), "diff-touches-git"],
  ".GIT": [added("dir/.GIT/config"), "diff-touches-git"],
  ".git with ignorable characters": [added(".g\u200cit/config"), "diff-touches-git"],
  "a link into .git": [added("l", "120000", ".git/config"), "diff-touches-git"],
  "an absolute link": [added("l", "120000", "/etc/passwd"), "symlink-out-of-tree"],
  "a link above the tree": [added("dir/l", "120000", "../../x"), "symlink-out-of-tree"],
  "writing through a link": [added("inside/new.py"), "symlink-out-of-tree"],
  "changing through a link": [
    "--- a/inside/b.py\n+++ b/inside/b.py\n@@ -1 +1 @@\n-b\n+c\n",
    "symlink-out-of-tree",
  ],
  "writing through a link of the same diff": [
    added("l", "120000", "dir") + added("l/x"),
    "symlink-out-of-tree",
  ],
  "a submodule": [added("lib", "160000", "Subproject commit 1"), "diff-unsupported"],
  "a binary change without data": [
    "diff --git a/a.py b/a.py\nindex 1..2 100644\nBinary files a/a.py and b/a.py differ\n",
    "diff-unsupported",
  ],
  "a name that is not UTF-8": [
    added("x").replaceAll("b/x", '"b/\\377"').replace("a/x", '"a/\\377"'),
    "diff-unsupported",
  ],
  "binary data that is too much": [
    binaryDiff(10).replace("literal 10", "literal 999999999999"),
    "diff-too-large",
  ],
  "binary data that is not what it claims": [
    binaryDiff(10).replace("literal 10", "literal 11"),
    "diff-malformed",
  ],
};
describe("refused", () => {
  test.each(Object.entries(refused))("%s", async (_, [diff, reason]) => {
    expect(await apply(diff)).toBe(reason);
  });
});

test("binary data is applied, and nothing is unpacked beyond the limit", async () => {
  expect(await apply(binaryDiff(1000))).toEqual({ bin: "\0".repeat(1000) });
  expect(await apply(binaryDiff(1000), { resultBytes: 999 })).toBe("diff-too-large");
});

test("limits bound the diff, its result and the work", async () => {
  expect(await apply(added("x", "100644", "x".repeat(100)), { diffBytes: 100 })).toBe("diff-too-large");
  expect(await apply(added("x", "100644", "x".repeat(100)), { resultBytes: 50 })).toBe("diff-too-large");
  const copies = Array.from(
    { length: 20 },
    (_, n) => `diff --git a/a.py b/c${n}\ncopy from a.py\ncopy to c${n}\n`,
  ).join("");
  expect(await apply(copies, { resultBytes: 300 })).toBe("diff-too-large");
  const searching =
    "--- a/a.py\n+++ b/a.py\n" + "@@ -3,2 +3,2 @@\n x\n-y\n+z\n x\n".replace("-3,2 +3,2", "-3,3 +3,3");
  expect(await apply(searching, { comparisons: 3 })).toBe("diff-too-large");
});

test("a link is judged by where it leads, link by link", async () => {
  const base = memoryTree({ "top/x": "", "deep/d/up": link("../../top") });
  const judge = async (target: string) =>
    (await applyDiff(base, Buffer.from(added("l", "120000", target)))).applied;
  // By its text this is "etc"; a file system follows "up" to "top" first and then leaves the tree.
  expect(await judge("deep/d/up/../../etc")).toBe(false);
  expect(await judge("deep/d/up/../top/x")).toBe(true);
});

const huge = 300_000;
const fileHunk = "@@ -1 +1 @@\n-x\n+y\n";

describe("nothing keeps the reader busy", () => {
  // Each of these took from minutes to days when the work grew with the square of a line's length.
  test.each<readonly [string, string, string]>([
    [
      "blanks behind a name",
      `--- a/a.py${" ".repeat(huge)}x\n+++ b/a.py\n${fileHunk}`,
      "diff-does-not-apply",
    ],
    ["tabs behind a name", `--- a/no\t${"\t".repeat(huge)}x\n+++ b/no\n${fileHunk}`, "diff-does-not-apply"],
    ["a git header of blanks", `diff --git a/b${" ".repeat(huge)}\nold mode 100644\n`, "diff-malformed"],
    ["a git header of names", `diff --git a/b${" a/".repeat(huge)}\nold mode 100644\n`, "diff-malformed"],
    ["a git header without folders", `diff --git b${" b".repeat(huge)}\nold mode 100644\n`, "diff-malformed"],
    [
      "a path of folders",
      `--- /dev/null\n+++ b/${"d/".repeat(huge)}x\n@@ -0,0 +1 @@\n+y\n`,
      "diff-unsupported",
    ],
    ["a path of many folders", added(`${"d/".repeat(300)}x`), "diff-unsupported"],
  ])("%s", async (_, diff, reason) => {
    expect(await apply(diff)).toBe(reason);
  });

  test("one line of 100 MB", async () => {
    const line = Buffer.alloc(100_000_000, "y");
    expect(await apply(line)).toBe("diff-too-large");
    expect(await apply(line, { diffBytes: 200_000_000 })).toBe("diff-malformed");
  });
});

test("a name keeps its blanks and loses its time stamp", async () => {
  const stamp = "2024-01-01 10:00:00.000000000 +0100";
  const changed = { "name with space.py": "y\n" };
  for (const gap of ["\t", " ", "   "]) {
    const header = `--- a/name with space.py${gap}${stamp}\n+++ b/name with space.py${gap}${stamp}\n`;
    expect(await apply(`${header}${fileHunk}`)).toEqual(changed);
  }
});

test("a mark of no newline may be broken in two where git takes it so", async () => {
  const header = "--- a/no-newline\n+++ b/no-newline\n@@ -1 +1 @@\n";
  const old = "-last\n\\ No newline at end of file\n";
  expect(await apply(`${header}${old}+new\n\\ No newli\nne at end of file\n`)).toEqual({
    "no-newline": "new",
  });
});

test("object ids that are too long are none, as to git", async () => {
  const diff = Buffer.from(binaryDiff(10)).toString();
  expect(await apply(diff.replace(/(index \S+)\n/, "$1\r\n"))).toBe("diff-unsupported");
});
