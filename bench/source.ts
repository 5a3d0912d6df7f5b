import os from "node:os";
import path from "node:path";
import { fetchDemoSource } from "../src/commands/demo-source.ts";

/** A folder of Python code: `HYBRID_GYM_BENCH_SOURCE`, or the demo's code base, fetched once. */
export async function benchSource(): Promise<string> {
  const given = process.env["HYBRID_GYM_BENCH_SOURCE"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache");
  return fetchDemoSource(path.join(cache, "hybrid-gym", "bench"));
}

/** Our command line as it runs from this work tree. */
export const COMMAND: readonly string[] = [
  process.execPath,
  path.join(import.meta.dirname, "..", "src", "cli", "main.ts"),
];
