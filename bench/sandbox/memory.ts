import { readFileSync, statfsSync } from "node:fs";
import path from "node:path";
import { findGroups } from "../../src/sandboxes/namespaces/cgroups.ts";
import { leaseOf, sandboxProcesses } from "../../src/sandboxes/namespaces/testing.ts";
import { opaqueLabel } from "../../src/sandboxes/shared/sandbox.ts";

const MEBIBYTE = 1024 * 1024;

/** MiB of all processes of our sandboxes, each page shared by n processes counted as an n-th (PSS). */
export function processMemory(): number {
  let kibibytes = 0;
  for (const { pid } of sandboxProcesses()) {
    const text = readText(`/proc/${pid}/smaps_rollup`) ?? "";
    kibibytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
  }
  return kibibytes / 1024;
}

/** MiB in the memory file system of one sandbox. */
export function fileMemory(folder: string, id: string): number {
  const pid = leaseOf(folder, id)?.holder?.pid;
  if (pid === undefined) throw new Error(`no sandbox ${id}`);
  const { blocks, bfree, bsize } = statfsSync(`/proc/${pid}/root/tmp`);
  return ((blocks - bfree) * bsize) / MEBIBYTE;
}

/** MiB that the control group of one sandbox counts: processes, files, and what the kernel keeps for them. */
export function groupMemory(id: string): number | undefined {
  for (const folder of findGroups()?.foldersOf(opaqueLabel(id)) ?? []) {
    const text =
      readText(path.join(folder, "memory.current")) ?? readText(path.join(folder, "memory.usage_in_bytes"));
    if (text !== undefined) return Number(text) / MEBIBYTE;
  }
  return undefined;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
