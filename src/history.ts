import type { Repository } from "./repository.ts";

/**
 * The commits behind a repository's tip, as data: nothing is checked out or executed. Implementations in `histories/`.
 */
export interface History {
  /** Commits with one parent, newest first. Lazy: what is not asked for is not read, so that a history of a million commits costs what is looked at. */
  commits(): AsyncIterable<Commit>;
  /** The repository as it was at a commit; the caller lets go of it. @throws RepositoryError. */
  at(commit: string): Promise<Repository>;
  /** The commits without a parent that the tip comes from, sorted: forks share them. */
  roots(): Promise<readonly string[]>;
}

export interface Commit {
  readonly id: string;
  readonly parent: string;
  /** When it was made, in seconds since 1970. */
  readonly time: number;
  /** As it was written; what is not UTF-8 is replaced. */
  readonly message: string;
  /** In the order of their paths; a rename is a deletion and an addition. */
  readonly changes: readonly PathChange[];
}

export interface PathChange {
  readonly kind: "added" | "deleted" | "modified";
  readonly path: string;
}
