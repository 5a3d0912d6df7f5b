import os from "node:os";
import path from "node:path";
import { fetchPackage, type PinnedPackage } from "../../src/commands/demo-source.ts";
import { PACKAGES } from "../../tests/scale-dep-search/packages.ts";

/** Of the pinned packages: the one of 750,000 lines, and those small enough for every function to be resolved by both sides. */
const LARGE = "sympy";
const SMALL = ["requests", "httpx", "flask", "click"];

function pinned(name: string): PinnedPackage {
  const found = PACKAGES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no package ${name}`);
  return found;
}

function cache(): string {
  return path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "hybrid-gym", "bench");
}

/** A repository of 750,000 lines; `HYBRID_GYM_BENCH_LARGE` names another. */
export async function largeSource(): Promise<string> {
  return process.env["HYBRID_GYM_BENCH_LARGE"] ?? fetchPackage(cache(), pinned(LARGE));
}

/** Repositories small enough for every function to be resolved by both sides. */
export function smallSources(): Promise<readonly (readonly [name: string, folder: string])[]> {
  return Promise.all(SMALL.map(async (name) => [name, await fetchPackage(cache(), pinned(name))] as const));
}
