import type { PathChange } from "./history.ts";
import type { Issue } from "./issue.ts";
import type { FileChange, Tree } from "./tree.ts";

/**
 * A change that settled an issue: what was wrong, and where the code changed for it. Where they come from is in
 * `fixes/`. What costs something is asked for, from cheap to dear.
 */
export interface Fix {
  /** What tells it from other fixes of its repository: a commit's id, or a row's `instance_id`. */
  readonly name: string;
  /** The commit before it. */
  readonly base: string;
  /** When it was made, in seconds since 1970; absent where nobody says. */
  readonly madeAt?: number;
  readonly paths: readonly PathChange[];
  /** What it does to the files at its base. */
  changes(base: Tree): Promise<readonly FileChange[] | Refused>;
  issue(): Promise<Issue | Refused>;
}

/** Something that was said to be a fix and cannot be used. */
export interface RefusedFix extends Refused {
  readonly name: string;
}

export interface Refused {
  /** Kebab-case; documented in docs/tasks/issue-localize.md. */
  readonly refused: string;
  readonly detail?: string;
}

/** The fixes of one repository, in the same order each time; lazy. */
export type Fixes = () => AsyncIterable<Fix | RefusedFix>;
