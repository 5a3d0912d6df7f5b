import { spawn } from "node:child_process";
import { once } from "node:events";
import { RepositoryError } from "../base/errors.ts";
import { programMissing, runProgram } from "../base/process.ts";
import type { RunResult } from "../base/process.ts";

/**
 * The one way in which this program runs git: on a repository of ours (or none), with no configuration of the
 * user, the system or the repository under study, and with every feature off that could start another program.
 */
export interface GitOptions {
  stdin?: string | Uint8Array;
  timeoutMs?: number;
  maxOutputBytes?: number;
  /** Added to the environment, such as the folders to borrow objects from. */
  environment?: Record<string, string>;
  /** Transports that may be used; none by default, so that no command reaches out by accident. */
  protocols?: "none" | "remote";
}

const OVERRIDES: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.pager=cat",
  "gc.auto=0",
  "maintenance.auto=false",
  "pack.threads=1",
  "credential.helper=",
  "submodule.recurse=false",
  "fetch.fsckObjects=false",
];

/** The whole environment for git; `gitDirectory` is named outright, so that git searches for no repository. */
export function gitEnvironment(
  gitDirectory: string,
  protocols: "none" | "remote" = "none",
): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C.UTF-8",
    GIT_DIR: gitDirectory,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    SSH_ASKPASS: "true",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new",
    GIT_ALLOW_PROTOCOL: protocols === "none" ? "none" : "http:https:ssh:git",
    GIT_EDITOR: "true",
    GIT_ADVICE: "0",
    // Git must not fail on, or read, whatever is in the home folder.
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
  };
}

/** The arguments of git with the overrides in front. */
export function gitArguments(args: readonly string[]): string[] {
  return [...OVERRIDES.flatMap((setting) => ["-c", setting]), ...args];
}

/** Runs git to its end and returns what it said, whatever its exit code. @throws EnvironmentError without git. */
export async function runGit(
  gitDirectory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<RunResult> {
  return runProgram("git", gitArguments(args), {
    cwd: "/",
    environment: { ...gitEnvironment(gitDirectory, options.protocols), ...options.environment },
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.maxOutputBytes === undefined ? {} : { maxOutputBytes: options.maxOutputBytes }),
  });
}

/** Runs git and returns its output. @throws RepositoryError `repository-broken` when git fails. */
export async function git(
  gitDirectory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Uint8Array> {
  const result = await runGit(gitDirectory, args, options);
  if (result.exitCode === 0) return result.stdout;
  throw brokenBy(gitDirectory, args, gitMessage(result));
}

/**
 * What git writes, as it comes. Who stops reading ends git, however much there is left.
 * @throws RepositoryError `repository-broken` when git fails; EnvironmentError without git.
 */
export async function* streamGit(
  gitDirectory: string,
  args: readonly string[],
  options: Pick<GitOptions, "environment"> = {},
): AsyncGenerator<Uint8Array> {
  const child = spawn("git", gitArguments(args), {
    cwd: "/",
    env: { ...gitEnvironment(gitDirectory), ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // Out of reach of a Ctrl-C in the terminal, which is for us.
    detached: true,
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-2000)));
  const failed = once(child, "close").then(
    ([exitCode]: unknown[]) =>
      exitCode === 0 ? undefined : brokenBy(gitDirectory, args, complaintOf(stderr) ?? "it ended early"),
    (error: unknown) => programMissing("git", error),
  );
  let complete = false;
  try {
    yield* child.stdout;
    complete = true;
  } finally {
    if (!complete) child.kill("SIGKILL");
    await failed;
  }
  const failure = await failed;
  if (failure !== undefined) throw failure;
}

function brokenBy(gitDirectory: string, args: readonly string[], complaint: string): RepositoryError {
  return new RepositoryError({
    code: "repository-broken",
    message: `git ${args[0] ?? ""} failed: ${complaint}`,
    hint: 'Check the repository with "git fsck"; a fresh clone usually helps.',
    fields: { gitDirectory },
  });
}

/** What git complained of, in one line. */
export function gitMessage(result: RunResult): string {
  if (result.timedOut) return "it took too long and was stopped";
  return complaintOf(result.stderr) ?? `exit code ${result.exitCode}`;
}

function complaintOf(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0];
  return telling?.replace(/^(fatal|error): /, "").trim();
}
