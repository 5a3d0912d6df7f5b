import type { Json } from "../../src/base/json.ts";
import type { Edit, Files } from "./files.ts";

/** A row, what an agent starts from, and an edit that is right. */
export interface Instance {
  readonly name: string;
  readonly family: "func-localize" | "dep-search" | "issue-localize" | "func-gen";
  /** Without `instance_id` and `repo`. */
  readonly row: Readonly<Record<string, Json>>;
  /** What lies in `--repos`. */
  readonly repository: Files;
  /** A git repository, and the row names its commit; a plain folder otherwise. */
  readonly git?: boolean;
  readonly start: Files;
  readonly right: Edit;
}

/** How a diff is written down. */
export interface Format {
  /** Of `git`; `diff` with no more flags when left out. */
  readonly flags?: readonly string[];
  /** Made in two commits, of which this is the first: two diffs, one behind the other. */
  readonly via?: Edit;
  /** Made by GNU diff of two folders. */
  readonly gnu?: true;
  /** What becomes of the diff afterwards; one character for each byte. */
  readonly rewrite?: (diff: string) => string;
}

/** One prediction, and what grading must say of it. */
export interface Case {
  readonly name: string;
  readonly kind: string;
  readonly instance: Instance;
  readonly edit: Edit;
  readonly format?: Format;
  readonly expected: "solved" | "unsolved";
  /** At least these reason codes. */
  readonly reasons: readonly string[];
  /** At least these facts. */
  readonly facts?: Readonly<Record<string, Json>>;
}

interface Given {
  readonly name: string;
  readonly edit?: Edit;
  readonly format?: Format;
  readonly facts?: Readonly<Record<string, Json>>;
}

const nothing: Edit = (files) => files;

export function good(kind: string, instance: Instance, given: Given): Case {
  return { kind, instance, edit: instance.right, ...given, expected: "solved", reasons: [] };
}

export function bad(
  kind: string,
  instance: Instance,
  reasons: readonly string[] | string,
  given: Given,
): Case {
  const all = typeof reasons === "string" ? [reasons] : reasons;
  return { kind, instance, edit: nothing, ...given, expected: "unsolved", reasons: all };
}
