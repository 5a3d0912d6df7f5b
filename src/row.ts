import { TaskError } from "./base/errors.ts";
import type { Json } from "./base/json.ts";
import type { InstancePair } from "./instance.ts";
import type { Question } from "./task.ts";
import type { Tree } from "./tree.ts";

/**
 * A row of a published dataset, as it was read: every field is kept, known to us or not, so that a row can be written
 * again without loss. Lines in rows count from 0, unlike everywhere else. One shape per file in `rows/`.
 */
export type Row = Readonly<Record<string, Json>>;

export interface RowShape {
  /** `func_localize`, `dep_search`, `issue_localize`, `func_gen`. */
  readonly name: string;
  /** The task family that grades it. */
  readonly task: string;
  /** Whether a row has the fields that tell this shape from the others. */
  recognises(row: Row): boolean;
  /**
   * What to judge by, in a tree of the row's repository.
   * @throws RowError when the row is not of its shape, or not about this tree.
   */
  read(row: Row, source: Tree): Promise<RowTask>;
  /** An instance as a row of this shape; absent where instances cannot be written so. */
  readonly write?: (pair: InstancePair, source: Tree) => Promise<Row>;
}

export interface RowTask extends Question {
  readonly language: string;
  /**
   * What the agent may have started from, most likely first; one that a diff solves the task from is enough. There are several
   * where a docstring had to be taken out and the row does not say how.
   */
  readonly starts: readonly StartState[];
}

export interface StartState {
  /** What a diff applies to. */
  readonly tree: Tree;
  /**
   * What the result is held against, where that is another tree: the published way to take a docstring out leaves a body of
   * nothing else empty, and a file that no parser takes.
   */
  readonly judgedFrom?: Tree;
}

/** A row that cannot be graded: its fault or its repository's, never the agent's. */
export class RowError extends TaskError {}

/** @returns the error for a row that speaks of something that the tree does not have. */
export function rowMismatch(message: string): RowError {
  return new RowError({
    code: "row-does-not-match",
    message,
    hint: "Check that --repos holds the commit that the row was made from.",
  });
}
