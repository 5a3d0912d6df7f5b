import type { Repository } from "./repository.ts";
import type { Tree } from "./tree.ts";

/**
 * The commits behind a repository's tip, as data: nothing is checked out or executed. Implementations in `histories/`.
 * Whoever opened it closes it; then its trees cannot be read any more.
 */
export interface History extends AsyncDisposable {
  /**
   * Commits with one parent, newest first. Lazy: what is not asked for is not read, so that a history of a million
   * commits costs what is looked at; who stops early ends the reading.
   * @throws RepositoryError `repository-broken`; `history-shallow` when a shallow clone has none.
   */
  commits(): AsyncIterable<Commit>;
  /**
   * The files at a commit, read where they are: for looking.
   * @throws RepositoryError `commit-not-found`, `object-missing`.
   */
  tree(commit: string): Promise<Tree>;
  /** The content of a file by its blob id. @throws RepositoryError `object-missing`. */
  read(blob: string): Promise<Uint8Array>;
  /**
   * When each line of a file was last changed, at a commit: first line first, in seconds since 1970. A change of white space
   * is none. Each file is looked up once.
   * @throws RepositoryError `history-shallow` in a shallow clone, where nobody knows; `commit-not-found`; `repository-broken`
   * for a file that is not there or takes minutes.
   */
  lineTimes(commit: string, path: string): Promise<readonly number[]>;
  /**
   * The repository as it was at a commit, imported into the cache: for keeping. The caller lets go of it.
   * @throws RepositoryError as `openRepository`.
   */
  at(commit: string): Promise<Repository>;
}

export interface Commit {
  readonly id: string;
  readonly parent: string;
  /** When it was made, in seconds since 1970. */
  readonly time: number;
  /** As it was written; what is not UTF-8 is replaced. */
  readonly message: string;
  /** As git orders them; a rename is a deletion and an addition. Of a commit that changes more than 1,000 paths the first 1,000. */
  readonly changes: readonly PathChange[];
}

export interface PathChange {
  readonly kind: "added" | "deleted" | "modified";
  readonly path: string;
  /** Blob ids, where the path is a file (a link is one, a submodule is not) before and after. */
  readonly before?: string;
  readonly after?: string;
}
