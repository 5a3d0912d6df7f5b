/** Where something was found that gives an answer away; `docs/leaks.md` explains each. */
export type LeakCode =
  | "leak:file"
  | "leak:pyc"
  | "leak:installed-copy"
  | "leak:git-object"
  | "leak:later-commit"
  | "leak:git-ref"
  | "leak:reflog"
  | "leak:index"
  | "leak:git-config"
  | "leak:environment"
  | "leak:proc"
  | "leak:descriptor"
  | "leak:mount"
  | "leak:harness-path"
  | "leak:unproved";

export interface Leak {
  readonly code: LeakCode;
  /** A path inside the sandbox, or what stands for one; never the hidden text. */
  readonly where: string;
}
