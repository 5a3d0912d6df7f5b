import os from "node:os";
import path from "node:path";
import { fetchPackage, type PinnedPackage } from "../../src/commands/demo-source.ts";

const LARGE: PinnedPackage = {
  name: "sympy",
  version: "1.14.0",
  sha256: "e091cc3e99d2141a0ba2847328f5479b05d94a6635cb96148ccb3f34671bd8f5",
};

const SMALL: readonly PinnedPackage[] = [
  {
    name: "requests",
    version: "2.32.5",
    sha256: "2462f94637a34fd532264295e186976db0f5d453d1cdd31473c85a6a161affb6",
  },
  {
    name: "httpx",
    version: "0.28.1",
    sha256: "d909fcccc110f8c7faf814ca82a9a4d816bc5a6dbfea25d6591d6985b8ba59ad",
  },
  {
    name: "flask",
    version: "3.1.2",
    sha256: "ca1d8112ec8a6158cc29ea4858963350011b5c846a414cdb7a954aa9e967d03c",
  },
  {
    name: "click",
    version: "8.3.1",
    sha256: "981153a64e25f12d547d3426c367a4857371575ee7ad18df2a6183ab0545b2a6",
  },
];

function cache(): string {
  return path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "hybrid-gym", "bench");
}

/** A repository of 750,000 lines; `HYBRID_GYM_BENCH_LARGE` names another. */
export async function largeSource(): Promise<string> {
  return process.env["HYBRID_GYM_BENCH_LARGE"] ?? fetchPackage(cache(), LARGE);
}

/** Repositories small enough for every function to be resolved by both sides. */
export function smallSources(): Promise<readonly (readonly [name: string, folder: string])[]> {
  return Promise.all(SMALL.map(async (one) => [one.name, await fetchPackage(cache(), one)] as const));
}
