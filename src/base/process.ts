import { execa } from "execa";
import { EnvironmentError } from "./errors.ts";

export interface RunOptions {
  cwd?: string;
  /** The whole environment: nothing is inherited but PATH, so that a user's settings cannot change a result. */
  environment?: Record<string, string>;
  stdin?: string | Uint8Array;
  timeoutMs?: number;
  /** Bytes of stdout to keep before the program is stopped. */
  maxOutputBytes?: number;
}

export interface RunResult {
  exitCode: number | undefined;
  stdout: Uint8Array;
  stderr: string;
  timedOut: boolean;
}

/**
 * Runs a program that we trust (git, Python for unpacking) to its end and returns what it said, whatever its exit code.
 * @throws EnvironmentError when the program is not installed.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.stdin === undefined ? { stdin: "ignore" } : { input: options.stdin }),
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8", ...options.environment },
    extendEnv: false,
    encoding: "buffer",
    reject: false,
    stripFinalNewline: false,
    timeout: options.timeoutMs ?? 600_000,
    maxBuffer: options.maxOutputBytes ?? 1 << 30,
  });
  if (result.code === "ENOENT" && result.exitCode === undefined) throw programMissing(program, result);
  return {
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: Buffer.from(result.stderr).toString("utf8"),
    timedOut: result.timedOut,
  };
}

export function programMissing(program: string, cause: unknown): EnvironmentError {
  return new EnvironmentError({
    code: "program-missing",
    message: `The program "${program}" is not installed`,
    hint: `Install ${program} and try again; "hybrid-gym doctor" lists what is needed.`,
    fields: { program },
    cause,
  });
}
