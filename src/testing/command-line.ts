import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Each line of stdout, parsed. */
  readonly rows: () => unknown[];
}

export interface StartOptions {
  readonly cwd?: string;
  readonly environment?: Record<string, string>;
}

/** The command line as a user starts it, in a process of its own. */
export function startCommand(
  args: readonly string[],
  options: StartOptions = {},
): { child: ChildProcess; result: Promise<CommandResult> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, NO_COLOR: "1", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  const result = new Promise<CommandResult>((resolve) => {
    child.on("close", (code) =>
      resolve({
        code,
        stdout,
        stderr,
        rows: () =>
          stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as unknown),
      }),
    );
  });
  return { child, result };
}

export function runCommand(args: readonly string[], options: StartOptions = {}): Promise<CommandResult> {
  return startCommand(args, options).result;
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { readonly path: string; file(name: string): string }
> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "test-"));
  return {
    path: folder,
    file: (name) => path.join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
