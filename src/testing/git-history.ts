import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A real git repository that a test writes commit by commit, with dates a day apart and none of this machine's settings. */
export interface GitHistory {
  readonly folder: string;
  /** Writes files (null deletes one) and commits them. Returns the commit's id. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>, message: string): string;
  /** Commits what is in the index. Returns the commit's id. */
  commitIndex(message: string): string;
  git(...args: string[]): string;
}

/** Seconds since 1970 of the first commit. */
export const FIRST_COMMIT = 1_700_000_000;
export const A_DAY = 86_400;

export function createGitHistory(folder: string): GitHistory {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const git = (...args: string[]): string => {
    const date = `${FIRST_COMMIT + count * A_DAY} +0000`;
    const env = {
      PATH: process.env["PATH"],
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    };
    const identity = ["-c", "user.name=Sample", "-c", "user.email=sample@localhost"];
    const result = spawnSync("git", [...identity, ...args], { cwd: folder, env, encoding: "utf8" });
    if (result.status !== 0)
      throw new Error(`git ${args.join(" ").slice(0, 200)}: ${result.error?.message ?? result.stderr}`);
    return result.stdout.trim();
  };
  const commitIndex = (message: string): string => {
    git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--message", message);
    count++;
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  return {
    folder,
    git,
    commit(files, message) {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(folder, name);
        if (content === null) rmSync(file);
        else {
          mkdirSync(path.dirname(file), { recursive: true });
          writeFileSync(file, content);
        }
      }
      git("add", "--all");
      return commitIndex(message);
    },
    commitIndex,
  };
}
