/**
 * What an agent does with one call of a tool, told from the call alone and in the same words for every scaffold. A line of shell has one for each
 * command in it, in their order. Implementations in `actions/`.
 */
export interface Action {
  readonly kind: ActionKind;
  /** What is read, listed or written, as the call names it; undefined where it names nothing. */
  readonly path?: string;
  /** Of `search`: what is looked for. */
  readonly pattern?: string;
  /** Of `read`: all of the file and not a range of it. */
  readonly whole?: boolean;
  /** Of what runs: the command, arguments and all. */
  readonly command?: string;
}

export type ActionKind =
  /** Names of files or text in them, over more than one file. */
  | "search"
  | "list"
  | "read"
  /** Commits, blame and branches. */
  | "history"
  /** Versions, installed packages, the machine, documentation and `--help`. */
  | "inspect"
  /** Asks the network for something. */
  | "fetch"
  /** Makes or changes a file. */
  | "write"
  | "remove"
  | "undo"
  /** Runs tests. */
  | "test"
  /** Runs a program or a script. */
  | "run"
  /** Asks whether code is well formed, and runs none of it: a compiler, a linter, a type checker. */
  | "check"
  /** Looks at the change that was made: `git diff`, `git status`. */
  | "review"
  | "install"
  | "build"
  /** Moves about, stashes, commits, sets variables, prints. */
  | "arrange"
  | "think"
  | "plan"
  | "finish"
  /** A tool that nothing is known of, or a call that could not be read. */
  | "unknown";
