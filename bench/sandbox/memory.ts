import { readFileSync, statfsSync } from "node:fs";
import path from "node:path";
import { sandboxProcesses } from "../../src/sandboxes/namespaces/testing.ts";

const MEBIBYTE = 1024 * 1024;

/** MiB of processes of our sandboxes, each page shared by n processes counted as an n-th (PSS). */
export function processMemory(isMeant: (pid: number) => boolean): number {
  let kibibytes = 0;
  for (const { pid } of sandboxProcesses().filter((item) => isMeant(item.pid))) {
    const text = readText(`/proc/${pid}/smaps_rollup`) ?? "";
    kibibytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
  }
  return kibibytes / 1024;
}

/** MiB in the memory file system of one holder. */
export function fileMemory(pid: number): number {
  const { blocks, bfree, bsize } = statfsSync(`/proc/${pid}/root/tmp`);
  return ((blocks - bfree) * bsize) / MEBIBYTE;
}

/** MiB that the control group of one sandbox counts: processes, files, and what the kernel keeps for them. */
export function groupMemory(groups: readonly string[]): number | undefined {
  for (const folder of groups) {
    const text =
      readText(path.join(folder, "memory.current")) ?? readText(path.join(folder, "memory.usage_in_bytes"));
    if (text !== undefined) return Number(text) / MEBIBYTE;
  }
  return undefined;
}

/** Whether a holder started a process, or is it. */
export function isOf(holder: number, pid: number): boolean {
  const [, , group] = /^\S+ \(.*\) \S (\d+) (\d+)/s.exec(readText(`/proc/${pid}/stat`) ?? "") ?? [];
  return Number(group) === holder;
}

/** Seconds of processor time that this process and all that it has waited for have used, in steps of 10 ms. */
export function processorSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
