import type { FileChange } from "./tree.ts";

/**
 * A unified diff as data. What an agent leaves behind is one of these, so it is read as the work of a stranger:
 * strictly, in process, on bytes, and nothing that it says makes the reader throw or hang.
 *
 * Bytes of content are held as strings of one character per byte (Latin-1), lines with their `\n`.
 */
export const diffReasons = {
  "diff-malformed": "Not a unified diff: a header, a count or a line is not as the format asks.",
  "diff-does-not-apply": "The lines that the diff expects, or the file itself, are not there.",
  "diff-outside-tree": "A path is absolute, has an empty part, `.` or `..`, and so leaves the tree.",
  "diff-touches-git":
    "A path or link reaches into `.git`, under any spelling that a file system may take for it.",
  "symlink-out-of-tree":
    "A symbolic link would lead out of the tree, or a file would be written through a link.",
  "diff-too-large": "The diff, what it expands to, or the work to apply it is over the limit.",
  "diff-unsupported":
    "A submodule, a special file, a name that is not UTF-8 or too long, or a binary change without its data.",
} as const;
export type DiffReason = keyof typeof diffReasons;

/** Why a diff was refused; `detail` is one line for people. */
export interface DiffProblem {
  readonly reason: DiffReason;
  readonly detail: string;
}

export interface DiffLimits {
  /** Bytes of the diff itself; 10 MB when left out. */
  readonly diffBytes?: number;
  /** Bytes of all changed files together, after the change; 100 MB when left out. */
  readonly resultBytes?: number;
  /** Line comparisons to find where hunks fit; 200 million (a few seconds) when left out. */
  readonly comparisons?: number;
}

/** An empty diff (nothing but white space) has no files and is no problem. */
export interface ParsedDiff {
  readonly files: readonly FilePatch[];
}

export interface FilePatch {
  /** Where it starts in the diff, from 1. */
  readonly line: number;
  /** `modify-or-add`: a diff without a git header that only adds lines; a missing file is then a new one. */
  readonly change: "modify" | "add" | "delete" | "rename" | "copy" | "modify-or-add";
  /** Absent for `add`. */
  readonly oldPath?: string;
  /** Absent for `delete`. */
  readonly newPath?: string;
  /** As written, such as 0o100644; absent where the diff does not say. */
  readonly oldMode?: number;
  readonly newMode?: number;
  /** Blob ids of the `index` line, as far as they are given. */
  readonly oldBlob?: string;
  readonly newBlob?: string;
  readonly content:
    | { readonly kind: "none" }
    | { readonly kind: "text"; readonly hunks: readonly Hunk[] }
    /** `data` is absent for "Binary files differ". */
    | { readonly kind: "binary"; readonly data?: BinaryPatch };
}

export interface Hunk {
  /** Where it starts in the diff, from 1. */
  readonly line: number;
  /** As in `@@ -oldStart +newStart @@`: from 1, 0 for an empty side. */
  readonly oldStart: number;
  readonly newStart: number;
  /** Lines of context before the first and after the last change. */
  readonly leading: number;
  readonly trailing: number;
  /** Context and removed lines; only the last may lack its `\n`. */
  readonly oldLines: readonly string[];
  /** Context and added lines; only the last may lack its `\n`. */
  readonly newLines: readonly string[];
}

export interface BinaryPatch {
  readonly kind: "literal" | "delta";
  /** The new content, or git's instructions to make it of the old one; inflated. */
  readonly bytes: Uint8Array;
}

/** Paths are sorted; files that the diff names without changing them are left out. */
export type DiffApplication =
  | { readonly applied: true; readonly changes: readonly FileChange[] }
  | { readonly applied: false; readonly reason: DiffReason; readonly detail: string };
