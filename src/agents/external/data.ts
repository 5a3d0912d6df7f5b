import { fileURLToPath } from "node:url";

/**
 * A file that the package brings along: locked lists of packages, and what runs inside sandboxes. Sources and the built package lie equally
 * deep below the root, and the package holds this one folder of the sources.
 */
export function dataFile(...names: readonly string[]): string {
  return fileURLToPath(new URL(["../../../src/agents/external/data", ...names].join("/"), import.meta.url));
}
