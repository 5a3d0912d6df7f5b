import { runProgram } from "../src/base/process.ts";

/** What a command and all that it started and waited for used. */
export interface Usage {
  readonly stdout: string;
  readonly seconds: number;
  /** User and system time of all its processes. */
  readonly processorSeconds: number;
  /** Of its largest process. */
  readonly peakMegabytes: number;
}

/** The kernel counts children when they were waited for; Python's `resource` can ask it. */
const WRAPPER = `
import json, resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print("usage", json.dumps([time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]), file=sys.stderr)
sys.exit(code)
`;

/** Builds of many repositories take hours. */
const LONGEST_MS = 6 * 3_600_000;

/** @throws Error with the end of what the command said when it failed. */
export async function measure(command: readonly string[]): Promise<Usage> {
  const { stdout, stderr, exitCode } = await runProgram("python3", ["-c", WRAPPER, ...command], {
    timeoutMs: LONGEST_MS,
  });
  const numbers = /^usage \[([\d.]+), ([\d.]+), ([\d.]+)\]$/m.exec(stderr);
  if (exitCode !== 0 || numbers === null) throw new Error(`${command[0]} failed: ${stderr.slice(-2000)}`);
  const [, seconds, processorSeconds, peakMegabytes] = numbers.map(Number);
  return {
    stdout: Buffer.from(stdout).toString("utf8"),
    seconds: seconds ?? Number.NaN,
    processorSeconds: processorSeconds ?? Number.NaN,
    peakMegabytes: peakMegabytes ?? Number.NaN,
  };
}
