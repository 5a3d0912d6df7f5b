import { readdirSync, readFileSync } from "node:fs";

export interface TreeProcess {
  readonly pid: number;
  /** As the kernel names it. */
  readonly program: string;
  /** Its arguments, with blanks between. */
  readonly commandLine: string;
}

/** A process and all below it. */
export function processTree(root: number): TreeProcess[] {
  const below = Map.groupBy(allProcesses(), ({ parent }) => parent);
  const found = [root];
  for (const pid of found) found.push(...(below.get(pid) ?? []).map((child) => child.pid));
  return found.map((pid) => ({
    pid,
    program: readText(`/proc/${pid}/comm`).trim(),
    commandLine: readText(`/proc/${pid}/cmdline`).split("\0").join(" ").trim(),
  }));
}

/** MiB: its own pages, and of each that it shares with others its part. */
export function pssOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

function allProcesses(): { pid: number; parent: number }[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(Number.isInteger)
    .map((pid) => ({
      pid,
      parent: Number(/^\S+ \(.*\) \S (\d+)/s.exec(readText(`/proc/${pid}/stat`))?.[1] ?? 0),
    }));
}

/** Empty for a process that is gone. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
