import type { DiffApplication } from "../../../src/diff.ts";
import { parseDiff } from "../../../src/diffs/parse.ts";
import type { Tree } from "../../../src/tree.ts";
import { overlayTree } from "../../../src/trees/overlay.ts";
import type { Settled } from "../judge-edit.ts";
import type { GitApply } from "./git-apply.ts";

/** Holds our answer on one diff against that of `git apply`. */
export function settle(git: GitApply, tree: Tree, diff: Uint8Array, ours: DiffApplication): Settled {
  const theirs = git.apply(diff);
  const { complaint } = git;
  if (!ours.applied && theirs === undefined) return { kind: "agreed", label: "both refuse" };
  if (!ours.applied) return stricter(ours.reason, ours.detail, diff);
  const id = overlayTree(tree, ours.changes).id;
  if (theirs === id) return { kind: "agreed", label: "both accept" };
  const way = reading(git, diff, id);
  if (way !== undefined) return { kind: "named", label: way };
  if (hasBareName(diff)) return { kind: "named", label: "names without prefixes, some as if they had one" };
  if (complaint.includes("lacks filename information")) {
    return { kind: "named", label: "a name with blanks that only the first line gives" };
  }
  const label = theirs === undefined ? `only we accept; ${complaint}` : "we lead to another tree";
  return { kind: "wrong", label };
}

/** The options under which git reads the diff as we do: what we understand beyond plain `git apply`. */
const READINGS: readonly (readonly [label: string, options: readonly string[]])[] = [
  ["newline at the end of the diff", []],
  ["hunks without context", ["--unidiff-zero"]],
  ["names without prefixes", ["-p0"]],
  ["names without prefixes, hunks without context", ["-p0", "--unidiff-zero"]],
];

function reading(git: GitApply, diff: Uint8Array, tree: string): string | undefined {
  const whole = diff.at(-1) === 10 ? diff : Buffer.concat([diff, Buffer.from("\n")]);
  return READINGS.find(([, options]) => git.apply(whole, options) === tree)?.[0];
}

/** A `diff --git` line with twice the same name, or a name that does not begin with `a/` or `b/`. */
function hasBareName(diff: Uint8Array): boolean {
  const text = Buffer.from(diff).toString("latin1");
  return /^diff --git (?<name>.+) \k<name>$|^(?:---|\+\+\+) (?!"?[ab]\/|\/dev\/null\b)/m.test(text);
}

/** What we refuse and git does not; each is justified in docs/grading-at-scale.md. */
const STRICTER: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["a link that leads out, or a write through one", /symlink-out-of-tree/],
  ["reaches into .git", /diff-touches-git/],
  ["not supported", /diff-unsupported/],
  ["both changed and removed", /both changed and removed/],
  ["no newline within a hunk", /no newline at the end/],
  ["a header without anything", /nothing of a git diff/],
  ["two names without a rename", /two names/],
  ["a broken quoted name", /a name is missing/],
  ["broken binary data", /binary data|"literal"/],
  ["a number of more than 15 digits", /a hunk header is not.*\d{16}/s],
  ["a file mode that is none", /(?:file mode|kind of file|octal).*(?:mode|index \S+) (?!1[026]0\d{3}\n)/s],
];
/** A diff that ends in the middle of a header: git does not say so and applies what came before. */
const CUT_SHORT =
  /header of a change without|does not name the file|octal number|hunk header is not|null was expected/;

function stricter(reason: string, detail: string, diff: Uint8Array): Settled {
  const text = Buffer.from(diff).toString("latin1");
  const found = STRICTER.find(([, pattern]) =>
    pattern.test(`${reason} ${detail}\n${pattern.dotAll ? text : ""}`),
  );
  if (found !== undefined) return { kind: "named", label: `refused: ${found[0]}` };
  if (CUT_SHORT.test(detail) && !text.endsWith("\n")) return { kind: "named", label: "refused: cut short" };
  if (contextWithoutNewline(diff)) return { kind: "named", label: "refused: context without its newline" };
  return { kind: "wrong", label: `only git accepts; ${reason}: ${detail}` };
}

/** Git lets such a line match the start of a longer one, and then runs two lines into one. */
function contextWithoutNewline(diff: Uint8Array): boolean {
  const parsed = parseDiff(diff);
  if ("reason" in parsed) return false;
  const hunks = parsed.files.flatMap((file) => (file.content.kind === "text" ? file.content.hunks : []));
  return hunks.some((hunk) => hunk.trailing > 0 && hunk.oldLines.at(-1)?.endsWith("\n") === false);
}
