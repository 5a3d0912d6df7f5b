import { rm } from "node:fs/promises";
import path from "node:path";
import { measure, type Usage } from "../usage.ts";

export const FORMATS = ["openai", "openhands", "sharegpt", "verl", "atif"] as const;

const PROGRAM = path.join(import.meta.dirname, "../../bin/hybrid-gym.js");

/** The built command line; what it prints goes nowhere. @throws Error where it fails. */
function run(folder: string, out: string | undefined, args: readonly string[]): () => Promise<Usage> {
  return async () => {
    if (out !== undefined) await rm(path.join(folder, out), { recursive: true, force: true });
    const place = out === undefined ? [] : ["--out", path.join(folder, out)];
    return measure(["sh", "-c", 'exec "$@" > /dev/null', "sh", process.execPath, PROGRAM, ...args, ...place]);
  };
}

/** Each works in `folder`, where `importRows` made `set`. */
export function commandsIn(folder: string) {
  const set = path.join(folder, "set");
  return {
    importRows: run(folder, "set", ["import", path.join(folder, "rows.jsonl")]),
    importTrajs: run(folder, "set-of-trajs", ["import", path.join(folder, "trajs")]),
    facts: run(folder, undefined, ["facts", set, "--json"]),
    select: run(folder, "selected", ["select", set, "--where", "turns <= 40"]),
    exportAs: (format: string) =>
      run(folder, `export-${format}`, ["export", set, "--accept-claims", "--format", format]),
  };
}
