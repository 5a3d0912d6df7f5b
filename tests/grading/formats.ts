import type { Format } from "./cases.ts";
import { bytes } from "./files.ts";

const FENCE = "```";

/** Ways in which people and programs write the same change down. Each must be understood. */
export const FORMATS: Readonly<Record<string, Format>> = {
  plain: {},
  "--binary --full-index": { flags: ["diff", "--binary", "--full-index"] },
  "-U0": { flags: ["diff", "-U0"] },
  "-U1": { flags: ["diff", "-U1"] },
  "-U10": { flags: ["diff", "-U10"] },
  "-U100000": { flags: ["diff", "-U100000"] },
  "--no-prefix": { flags: ["diff", "--no-prefix"] },
  "--no-prefix -U0": { flags: ["diff", "--no-prefix", "-U0"] },
  "prefixes of a work tree": { flags: ["diff", "--src-prefix=i/", "--dst-prefix=w/"] },
  "prefixes of a commit": { flags: ["diff", "--src-prefix=c/", "--dst-prefix=i/"] },
  "prefixes of folders": { flags: ["diff", "--src-prefix=1/", "--dst-prefix=2/"] },
  "-M": { flags: ["diff", "-M"] },
  "-C -C": { flags: ["diff", "-C", "-C"] },
  "--no-renames": { flags: ["diff", "--no-renames"] },
  "--patience": { flags: ["diff", "--patience"] },
  "--histogram": { flags: ["diff", "--histogram"] },
  "--minimal": { flags: ["diff", "--minimal"] },
  "--function-context": { flags: ["diff", "--function-context"] },
  "--inter-hunk-context": { flags: ["diff", "--inter-hunk-context=50"] },
  "--break-rewrites": { flags: ["diff", "-B"] },
  "--stat before it": { flags: ["diff", "--stat", "-p"] },
  "--raw before it": { flags: ["diff", "--raw", "-p"] },
  "--numstat before it": { flags: ["diff", "--numstat", "-p"] },
  "--summary before it": { flags: ["diff", "--summary", "-p"] },
  "names not quoted": { flags: ["-c", "core.quotePath=false", "diff"] },
  "no newline at its end": { rewrite: (diff) => diff.replace(/\n$/, "") },
  "newlines at its end": { rewrite: (diff) => `${diff}\n\n\n` },
  "blanks at its end": { rewrite: (diff) => `${diff}   \n` },
  "newlines at its start": { rewrite: (diff) => `\n\n${diff}` },
  "a signature at its end": { rewrite: (diff) => `${diff}-- \n2.43.0\n` },
  "text before it": { rewrite: (diff) => `I found it, and here is what I wrote:\n\n${diff}` },
  "text after it": { rewrite: (diff) => `${diff}\nThat is all. I hope it helps!\n` },
  "in a fence": { rewrite: (diff) => `Done:\n${FENCE}diff\n${diff}${FENCE}\n` },
  "as a mail": {
    rewrite: (diff) =>
      `From 1 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] Notes\n\n---\n x | 1 +\n\n${diff}-- \n2.43.0\n\n`,
  },
  "a byte order mark before it": { rewrite: (diff) => bytes("\ufeff") + diff },
  "log lines before it": {
    rewrite: (diff) => `commit 0123\nAuthor: A <a@b>\nDate:   today\n\n    Notes --- and +++ more\n\n${diff}`,
  },
  "without index lines": { rewrite: (diff) => diff.replaceAll(/^index .*\n/gm, "") },
  "without git's lines": { rewrite: (diff) => diff.replaceAll(/^(?:diff --git|index) .*\n/gm, "") },
  "without its minus and plus lines": { rewrite: (diff) => diff.replaceAll(/^(?:---|\+\+\+) .*\n/gm, "") },
  "with svn's lines": {
    rewrite: (diff) =>
      diff.replaceAll(/^diff --git a\/(\S+) .*\n(?:index .*\n)?/gm, `Index: $1\n${"=".repeat(67)}\n`),
  },
  "time stamps behind names": {
    rewrite: (diff) =>
      diff.replaceAll(/^((?:---|\+\+\+) [ab]\/\S+)$/gm, "$1\t2024-01-02 03:04:05.000000000 +0100"),
  },
  "CRLF in its headers": {
    rewrite: (diff) => diff.replaceAll(/^((?:diff --git|index|---|\+\+\+|@@) .*)\n/gm, "$1\r\n"),
  },
  "without what follows @@": { rewrite: (diff) => diff.replaceAll(/^(@@ [^@]* @@).*$/gm, "$1") },
  "empty lines of context without their blank": { rewrite: (diff) => diff.replaceAll(/^ \n/gm, "\n") },
  "its files in another order": {
    rewrite: (diff) =>
      diff
        .split(/^(?=diff --git )/m)
        .toReversed()
        .join(""),
  },
  "GNU diff of folders": { gnu: true },
  "GNU diff, names of a backup": {
    gnu: true,
    rewrite: (diff) =>
      diff.replaceAll(/^--- old\/(\S+)/gm, "--- $1.orig").replaceAll(/^\+\+\+ new\//gm, "+++ "),
  },
  "GNU diff, what is only in one": {
    gnu: true,
    rewrite: (diff) => `Only in new: cache\n${diff}Only in old: x\n`,
  },
};

/** The same change in a form that fits nowhere or says nothing. Each must be refused. */
export const BROKEN: Readonly<Record<string, readonly [Format, reasons: string | readonly string[]]>> = {
  "only its statistics": [{ flags: ["diff", "--stat"] }, "diff-malformed"],
  "only its names": [{ flags: ["diff", "--name-only"] }, "diff-malformed"],
  "words, not lines": [{ flags: ["diff", "--word-diff=porcelain"] }, "diff-malformed"],
  coloured: [{ flags: ["diff", "--color=always"] }, "diff-malformed"],
  reversed: [{ flags: ["diff", "-R"] }, "diff-does-not-apply"],
  "cut in a hunk": [{ rewrite: (diff) => `${diff.split("\n").slice(0, -4).join("\n")}\n` }, "diff-malformed"],
  "its first line cut": [{ rewrite: (diff) => diff.slice(diff.indexOf("@@")) }, "diff-malformed"],
  "counts too small": [
    { rewrite: (diff) => diff.replace(/^@@ -(\d+),\d+ \+(\d+),\d+ @@/m, "@@ -$1,1 +$2,1 @@") },
    "diff-malformed",
  ],
  "counts too large": [
    { rewrite: (diff) => diff.replace(/^@@ -(\d+),\d+ \+(\d+),\d+ @@/m, "@@ -$1,999 +$2,999 @@") },
    "diff-malformed",
  ],
  "a count that is no number": [{ rewrite: (diff) => diff.replace(/^@@ -\d+/m, "@@ -x") }, "diff-malformed"],
  "context of another tree": [
    { rewrite: (diff) => diff.replaceAll(/^ (?=\S| *\S)/gm, " X") },
    "diff-does-not-apply",
  ],
  "its blanks gone": [{ rewrite: (diff) => diff.replaceAll(/^ +/gm, " ") }, "diff-does-not-apply"],
  "its tabs and blanks swapped": [{ rewrite: (diff) => diff.replaceAll("    ", "\t") }, []],
  "in upper case": [{ rewrite: (diff) => diff.toUpperCase() }, []],
  "an ed script": [{ rewrite: () => "3a\nmore\n.\n" }, "diff-malformed"],
  "a normal diff": [{ rewrite: () => "3a4\n> # more\n" }, "diff-malformed"],
  "a context diff": [
    { rewrite: () => "*** a/x.py\n--- b/x.py\n***************\n*** 1,2 ****\n  a\n--- 1,3 ----\n  a\n+ b\n" },
    "diff-malformed",
  ],
  "a patch of an editing tool": [
    { rewrite: () => "*** Begin Patch\n*** Update File: x.py\n@@\n+# here\n*** End Patch\n" },
    "diff-malformed",
  ],
  "the files themselves": [{ rewrite: () => "def place(self, crate, room):\n    pass\n" }, "diff-malformed"],
  "escaped newlines": [{ rewrite: (diff) => diff.replaceAll("\n", "\\n") }, "diff-malformed"],
  JSON: [{ rewrite: () => '{"patch": "none"}' }, "diff-malformed"],
  HTML: [{ rewrite: (diff) => `<pre>${diff.replaceAll(/^/gm, "&gt; ")}</pre>` }, "diff-malformed"],
  base64: [{ rewrite: (diff) => Buffer.from(diff, "latin1").toString("base64") }, "diff-malformed"],
  "UTF-16": [{ rewrite: (diff) => Buffer.from(diff, "utf16le").toString("latin1") }, "diff-malformed"],
  NULs: [{ rewrite: () => "\0".repeat(1000) }, "diff-malformed"],
};
