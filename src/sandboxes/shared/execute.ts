import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { ExecOptions, ExecResult } from "../../sandbox.ts";
import { CappedOutput } from "./capped-output.ts";
import { drained, exitOf, type Launcher } from "./launcher.ts";
import { DEFAULT_OUTPUT_BYTES, FLOOD_FACTOR } from "./limits.ts";

/**
 * Runs one program to its end. What it left in the background is let go of: it lives until the sandbox ends at most, and
 * where each program has processes of its own (the level `namespaces`) it ends with the program.
 */
export async function execute(
  launcher: Launcher,
  label: string,
  command: readonly string[],
  options: ExecOptions & { readonly cwd: string },
): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const started = performance.now();
  const child = await launcher.launch({
    label,
    command,
    cwd: options.cwd,
    ...(options.environment === undefined ? {} : { environment: checkedVariables(options.environment) }),
    ...(options.files === undefined ? {} : { files: checkedNames(options.files) }),
  });
  const exit = exitOf(child);
  let killed = false;
  const kill = () => {
    if (killed) return;
    killed = true;
    // A failure to kill shows as the sandbox's own failure at the next use.
    void launcher.kill(label, child).catch(() => child.kill("SIGKILL"));
  };
  const limit = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const stdout = capture(child.stdout, limit, kill);
  const stderr = capture(child.stderr, limit, kill);
  feed(child, options.stdin);
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          kill();
        }, options.timeoutMs);
  const signals = [options.signal, options.endSignal].filter((signal) => signal !== undefined);
  for (const signal of signals) {
    signal.addEventListener("abort", kill);
    if (signal.aborted) kill();
  }
  try {
    const exitCode = await exit;
    clearTimeout(timer);
    await drained([child.stdout, child.stderr]);
    options.signal?.throwIfAborted();
    if (exitCode === 137 && !killed) await launcher.checkAlive();
    if (!killed) await launcher.checkRan?.(child, stderr.bytes());
    return {
      exitCode,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      timedOut,
      droppedBytes: stdout.droppedBytes + stderr.droppedBytes,
      durationMs: performance.now() - started,
    };
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", kill);
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function capture(stream: NodeJS.ReadableStream, limit: number, flooded: () => void): CappedOutput {
  const output = new CappedOutput(limit);
  stream.on("data", (chunk: Buffer) => {
    output.push(chunk);
    if (output.totalBytes > limit * FLOOD_FACTOR) flooded();
  });
  stream.on("error", () => {});
  return output;
}

function feed(child: ChildProcessWithoutNullStreams, stdin: Uint8Array | undefined): void {
  // A program may end without reading what it was given.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin ?? "");
}

/** Variables that can be: a zero byte would end one and begin something else. */
export function checkedVariables(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(environment)) {
    if (name === "" || /[=\0]/.test(name)) throw new RangeError(`"${name}" is no name for a variable`);
    if (value.includes("\0")) throw new RangeError(`${name} cannot hold a zero byte`);
  }
  return environment;
}

/** Names, not paths: a file must not land anywhere else. */
function checkedNames(files: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, Uint8Array>> {
  for (const name of Object.keys(files)) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) throw new RangeError(`"${name}" is no name for a file`);
  }
  return files;
}
