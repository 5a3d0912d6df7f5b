import { existsSync } from "node:fs";
import path from "node:path";
import { MOUNTS, type Mount } from "../../sandbox.ts";

/** Why a sandbox cannot be given these mounts; undefined when it can. */
export function faultOfMounts(mounts: readonly Mount[] = []): string | undefined {
  const taken = new Set<string>();
  for (const { source, target } of mounts) {
    const name = path.relative(MOUNTS, target);
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) {
      return `nothing can be shown at ${target}, but only at ${MOUNTS}/<name>`;
    }
    if (taken.has(name)) return `two things cannot be shown at ${target}`;
    taken.add(name);
    if (!path.isAbsolute(source)) return `${source} is no absolute path, and cannot be shown inside`;
    if (!existsSync(source)) return `there is nothing at ${source} to show inside`;
  }
  return undefined;
}
