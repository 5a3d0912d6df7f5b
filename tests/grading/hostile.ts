import type { Format } from "./cases.ts";

/** Parts of diffs by hand that are added to a right one. */
export type Hostile = readonly [rewrite: NonNullable<Format["rewrite"]>, reasons: string | readonly string[]];

function added(name: string, content = "import os\n", mode = "100644"): string {
  const lines = content.replace(/\n$/, "").split("\n");
  const end = content.endsWith("\n") ? "" : "\n\\ No newline at end of file";
  const body = lines.map((line) => `+${line}`).join("\n");
  return `diff --git a/${name} b/${name}\nnew file mode ${mode}\nindex 0000000..1111111\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${body}${end}\n`;
}

const and =
  (part: string) =>
  (diff: string): string =>
    diff + part;

const renamed = (from: string, to: string) =>
  `diff --git a/${from} b/${to}\nsimilarity index 100%\nrename from ${from}\nrename to ${to}\n`;

const TOTAL = "@@ -43,2 +43,2 @@\n def total(net):\n-    return net\n+    return 0\n";
const sales = (hunk: string) =>
  `diff --git a/orchard/sales.py b/orchard/sales.py\n--- a/orchard/sales.py\n+++ b/orchard/sales.py\n${hunk}`;

/** Paths that no diff may touch. */
const PATHS: Readonly<Record<string, readonly [path: string, reason: string]>> = {
  "above the tree": ["../outside.py", "diff-outside-tree"],
  "far above the tree": ["../../../../../../etc/cron.d/x", "diff-outside-tree"],
  "above it from within": ["orchard/../../outside.py", "diff-outside-tree"],
  "within it, by dots": ["orchard/../orchard/extra.py", "diff-outside-tree"],
  absolute: ["/etc/passwd", "diff-outside-tree"],
  "with an empty part": ["orchard//extra.py", "diff-outside-tree"],
  "with a dot": ["orchard/./extra.py", "diff-outside-tree"],
  ".git": [".git/config", "diff-touches-git"],
  "a hook": [".git/hooks/post-checkout", "diff-touches-git"],
  ".GIT": [".GIT/config", "diff-touches-git"],
  ".git in a folder": ["orchard/.git/config", "diff-touches-git"],
  ".git with a dot": [".git./config", "diff-touches-git"],
  ".git with a blank": [".git /config", "diff-touches-git"],
  "its short name": ["GIT~1/config", "diff-touches-git"],
  "its stream": [".git::$INDEX_ALLOCATION/config", "diff-touches-git"],
  ".git with a zero-width joiner": ['"b/.g\\342\\200\\215it/config"', "diff-touches-git"],
  "with backslashes": [".git\\config", "diff-touches-git"],
  "a file below a file": ["README.md/x", "diff-does-not-apply"],
  "a file over a folder": ["orchard", "diff-does-not-apply"],
  "a file that is there": ["README.md", "diff-does-not-apply"],
  "through a link": ["docs/link.md/x", "symlink-out-of-tree"],
};

function pathCases(): [string, Hostile][] {
  return Object.entries(PATHS).map(([name, [path, reason]]) => {
    const quoted = path.startsWith('"');
    const part = quoted
      ? `diff --git ${path.replace("b/", "a/")} ${path}\nnew file mode 100644\n--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+x\n`
      : added(path);
    return [`a path ${name}`, [and(part), reason]];
  });
}

export const HOSTILE: Readonly<Record<string, Hostile>> = {
  ...Object.fromEntries(pathCases()),
  "a rename out of the tree": [and(renamed("README.md", "../README.md")), "diff-outside-tree"],
  "a rename into .git": [and(renamed("README.md", ".git/README.md")), "diff-touches-git"],
  "a copy of what is outside": [
    and("diff --git a/x b/x\ncopy from ../../etc/passwd\ncopy to orchard/passwd.py\n"),
    "diff-outside-tree",
  ],
  "a rename of what is not there": [
    and(renamed("orchard/none.py", "orchard/some.py")),
    "diff-does-not-apply",
  ],
  "a deletion of what is not there": [
    and("diff --git a/none b/none\ndeleted file mode 100644\n--- a/none\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"),
    "diff-does-not-apply",
  ],
  "a change of what is not there": [
    and("--- a/orchard/none.py\n+++ b/orchard/none.py\n@@ -1 +1 @@\n-x\n+# x\n"),
    "diff-does-not-apply",
  ],
  "a name that is no UTF-8": [
    and(
      'diff --git "a/\\377" "b/\\377"\nnew file mode 100644\n--- /dev/null\n+++ "b/\\377"\n@@ -0,0 +1 @@\n+x\n',
    ),
    "diff-unsupported",
  ],
  "a name with a NUL": [and(added("x\0y")), ["diff-outside-tree"]],
  "a device": [and(added("dev", "x\n", "020666")), "diff-unsupported"],
  "a folder's mode": [and(added("folder", "x\n", "040000")), "diff-unsupported"],
  "a mode that is no number": [and(added("odd", "x\n", "abcdef")), "diff-malformed"],
  "a submodule by hand": [
    and(added("lib", `Subproject commit ${"1".repeat(40)}\n`, "160000")),
    "diff-unsupported",
  ],
  "a link by hand": [and(added("l", "/etc/passwd", "120000")), "symlink-out-of-tree"],
  "a link, and a file through it": [
    and(added("l", "orchard", "120000") + added("l/extra.py")),
    "symlink-out-of-tree",
  ],
  "a loop of links": [and(added("one", "two", "120000") + added("two", "one", "120000")), "file-added"],
  "a change of code by hand": [and(sales(TOTAL)), "code-changed"],
  "a change of code below a comment of the diff": [and(`# only comments\n${sales(TOTAL)}`), "code-changed"],
  "a change of code behind junk": [and(`\nnothing more to see\n\n\n${sales(TOTAL)}`), "code-changed"],
  "a change of code in a mail's end": [and(`-- \n2.43.0\n\n${sales(TOTAL)}`), "code-changed"],
  "a change of code without git's line": [and(sales(TOTAL).replace(/^.*\n/, "")), "code-changed"],
  "a change of code without prefixes": [
    and(
      sales(TOTAL)
        .replace(/^.*\n/, "")
        .replaceAll(/[ab]\//g, ""),
    ),
    "code-changed",
  ],
  "a change of code by a backup's name": [
    and(`--- orchard/sales.py.orig\n+++ orchard/sales.py\n${TOTAL}`),
    "code-changed",
  ],
  "a change of code with a moved line number": [and(sales(TOTAL.replaceAll("43,", "3,"))), "code-changed"],
  "a change of code in hunks out of order": [
    and(
      sales(
        `${TOTAL}@@ -6,2 +6,2 @@\n \n-    rate = 0.2\n+    rate = 0.3\n \n`.replace("-6,2 +6,2", "-6,3 +6,3"),
      ),
    ),
    [],
  ],
  "hunks that overlap": [and(sales(`${TOTAL}${TOTAL}`)), "diff-does-not-apply"],
  "hunks that fit in two places": [
    and(sales("@@ -20,2 +20,2 @@\n     def total(self, net):\n-        return net\n+        return 0\n")),
    [],
  ],
  "a hunk that changes nothing": [
    and(sales("@@ -43,2 +43,2 @@\n def total(net):\n     return net\n")),
    "diff-malformed",
  ],
  "a hunk of no lines": [and(sales("@@ -43,0 +43,0 @@\n")), "diff-malformed"],
  "a hunk without context in the middle of a statement": [
    and(sales("@@ -2,0 +3,1 @@\n+    import os\n")),
    [],
  ],
  "a hunk at line 0 of a file with lines": [and(sales("@@ -0,0 +1,1 @@\n+import os\n")), "code-changed"],
  "a hunk beyond the end": [and(sales("@@ -4300,0 +4301,1 @@\n+# x\n")), "diff-does-not-apply"],
  "huge line numbers": [
    and(sales("@@ -999999999999999,1 +999999999999999,1 @@\n-x\n+y\n")),
    "diff-does-not-apply",
  ],
  "huge counts": [and(sales("@@ -1,999999999999999 +1,999999999999999 @@\n x\n")), "diff-malformed"],
  "numbers beyond all": [and(sales(`@@ -${"9".repeat(400)} +1 @@\n-x\n+y\n`)), "diff-malformed"],
  "two names without a rename": [
    and(
      `diff --git a/orchard/sales.py b/orchard/tabs.py\n--- a/orchard/sales.py\n+++ b/orchard/tabs.py\n${TOTAL}`,
    ),
    "diff-malformed",
  ],
  "two names for one side": [
    and(
      `diff --git a/orchard/sales.py b/orchard/sales.py\n--- a/orchard/sales.py\n+++ b/orchard/tabs.py\n${TOTAL}`,
    ),
    "diff-malformed",
  ],
  "added and deleted at once": [
    and("diff --git a/x b/x\nnew file mode 100644\ndeleted file mode 100644\n"),
    "diff-malformed",
  ],
  "a new file with old content": [
    and("diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"),
    "diff-malformed",
  ],
  "a deletion that leaves content": [
    and(
      "diff --git a/README.md b/README.md\ndeleted file mode 100644\n--- a/README.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-# Orchard\n",
    ),
    "diff-does-not-apply",
  ],
  "a file changed and then deleted": [
    and(sales(TOTAL) + "diff --git a/orchard/sales.py b/orchard/sales.py\ndeleted file mode 100644\n"),
    "diff-malformed",
  ],
  "a file deleted and made again": [
    and(
      "diff --git a/orchard/__init__.py b/orchard/__init__.py\ndeleted file mode 100644\n" +
        added("orchard/__init__.py"),
    ),
    "code-changed",
  ],
  "a header without anything": [and("diff --git a/README.md b/README.md\n"), "diff-malformed"],
  "a header with an index line only": [
    and("diff --git a/README.md b/README.md\nindex 1..2 100644\n"),
    "diff-malformed",
  ],
  "a broken quoted name": [and('diff --git "a/x\\q" "b/x\\q"\nnew file mode 100644\n'), "diff-malformed"],
  "a quoted name never closed": [and('diff --git "a/x "b/x\nnew file mode 100644\n'), "diff-malformed"],
  "a binary change without data": [
    and(
      "diff --git a/data/apple.png b/data/apple.png\nindex 1..2 100644\nBinary files a/data/apple.png and b/data/apple.png differ\n",
    ),
    "diff-unsupported",
  ],
  "binary data that is broken": [
    and(
      `diff --git a/x b/x\nnew file mode 100644\nindex ${"0".repeat(40)}..${"1".repeat(40)}\nGIT binary patch\nliteral 5\nMzzzz\n\n`,
    ),
    "diff-malformed",
  ],
  "binary data of a source file": [
    and(
      `diff --git a/orchard/sales.py b/orchard/sales.py\nindex ${"1".repeat(40)}..${"2".repeat(40)}\nGIT binary patch\nliteral 0\nHcmV?d00001\n\n`,
    ),
    "diff-does-not-apply",
  ],
  "binary data of a terabyte": [
    and(
      `diff --git a/x b/x\nnew file mode 100644\nindex ${"0".repeat(40)}..${"1".repeat(40)}\nGIT binary patch\nliteral 1000000000000\nHcmV?d00001\n\n`,
    ),
    "diff-too-large",
  ],
  "a mark of a missing newline in the middle": [
    and(
      sales("@@ -43,2 +43,3 @@\n def total(net):\n+    # x\n\\ No newline at end of file\n     return net\n"),
    ),
    "diff-malformed",
  ],
  "a newline taken where there is none": [
    and(
      "--- a/orchard/tail.py\n+++ b/orchard/tail.py\n@@ -8 +8 @@\n-    return rows[1:]\n+    return rows[1:]  # x\n",
    ),
    "diff-does-not-apply",
  ],
  "a new file that looks like a diff": [
    and(added("notes.patch", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\ndiff --git a/y b/y\n")),
    "file-added",
  ],
  "three hundred new files": [
    and(Array.from({ length: 300 }, (_, index) => added(`new/file_${index}.py`)).join("")),
    "file-added",
  ],
  "a thousand renames of one file": [
    and(Array.from({ length: 1000 }, (_, index) => renamed("README.md", `R${index}.md`)).join("")),
    ["file-added", "file-deleted"],
  ],
  "a folder of great depth": [and(added(`${"d/".repeat(1500)}x.py`)), "diff-unsupported"],
  "a name of great length": [and(added(`${"n".repeat(5000)}.py`)), "diff-unsupported"],
  "ten thousand brackets": [and(sales(`@@ -2,0 +3 @@\n+${"(".repeat(10_000)}\n`)), "invalid-after"],
  "a line of a million signs": [and(sales(`@@ -2,0 +3 @@\n+x = ${"1+".repeat(500_000)}1\n`)), []],
};

/** Large ones, of which one each is enough. */
export const HUGE: Readonly<Record<string, Hostile>> = {
  "twelve million bytes of text before it": [
    (diff) => `${"nothing to see here\n".repeat(600_000)}${diff}`,
    "diff-too-large",
  ],
  "a docstring of twelve million bytes": [
    and(sales(`@@ -2,0 +3,3 @@\n+"""\n+${"long ".repeat(2_400_000)}\n+"""\n`)),
    "diff-too-large",
  ],
  "a comment of four million bytes": [
    and(sales(`@@ -2,0 +3 @@\n+# ${"long ".repeat(800_000)}\n`)),
    "invalid-after",
  ],
  "five thousand new files": [
    and(Array.from({ length: 5_000 }, (_, index) => added(`new/file_${index}.py`)).join("")),
    "file-added",
  ],
  "copies that grow to gigabytes": [
    and(
      added("big.txt", "0123456789\n".repeat(100_000)) +
        Array.from(
          { length: 200 },
          (_, index) => `diff --git a/README.md b/c${index}\ncopy from README.md\ncopy to c${index}\n`,
        ).join(""),
    ),
    "file-added",
  ],
};
