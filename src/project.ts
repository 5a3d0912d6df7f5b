import type { Repository } from "./repository.ts";
import type { Definition, Outline } from "./syntax.ts";

/** A repository with the outlines of all its source files: what task families search. */
export interface Project {
  readonly repository: Repository;
  /** Files that a syntax read, sorted by path. */
  readonly files: readonly ProjectFile[];
  /** Source files that could not be used, with the reason (`too-large`, `bytes-do-not-decode`, `syntax-error`…). */
  readonly unusable: readonly { readonly path: string; readonly reason: string; readonly detail: string }[];
}

export interface ProjectFile {
  readonly path: string;
  readonly language: string;
  readonly outline: Outline;
}

/** A definition and where it is. */
export interface LocatedDefinition {
  readonly path: string;
  readonly definition: Definition;
}
