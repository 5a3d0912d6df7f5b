import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { prepareWorkspace } from "../../attempts/prepare-workspace.ts";
import { build } from "../../commands/build.ts";
import { openDataset } from "../../datasets/open.ts";
import { openSourceTrees } from "../../datasets/source-trees.ts";
import type { InstancePair } from "../../instance.ts";
import type { Sandbox, SandboxProvider } from "../../sandbox.ts";
import { namespaceSandboxes } from "../../sandboxes/namespaces/namespaces.ts";
import { processSandboxes } from "../../sandboxes/process/process.ts";
import { temporaryFolder } from "../../testing/command-line.ts";
import { writeSampleRepository } from "../../testing/sample-repository.ts";
import type { Leak } from "../leak.ts";
import { openLeakScan } from "../scan.ts";

/** A leak to be found: put into the sandbox, or into every program that is started in it. */
export interface Seed {
  readonly plant?: (sandbox: Sandbox) => Promise<void>;
  /** The program to start instead of one. */
  readonly wrap?: (command: readonly string[]) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Stage extends AsyncDisposable {
  readonly dataset: string;
  readonly pairs: readonly InstancePair[];
  /** A folder for what a test needs on this machine. */
  readonly folder: string;
  /** The instance that leaks are planted for. */
  readonly target: InstancePair;
  /** The removed docstring, as the repository's file had it. */
  readonly docstring: string;
  /** The file that it was removed from, with it. */
  readonly original: Buffer;
  /** Scans the target's sandbox with a leak in it, or a sealed one. */
  scan(seed?: Seed, level?: "namespaces" | "process"): Promise<readonly Leak[]>;
  scanAll(): Promise<(readonly Leak[])[]>;
}

/** A built dataset of the sample repository, ready to be scanned. */
export async function openStage(): Promise<Stage> {
  const place = await temporaryFolder();
  const repository = await writeSampleRepository(place.file("orchard"));
  const dataset = place.file("data");
  await build({
    repositories: [repository],
    task: "func-localize",
    perRepository: 4,
    cache: place.file("cache"),
    out: dataset,
  });
  const pairs: InstancePair[] = [];
  for await (const pair of (await openDataset(dataset)).pairs()) pairs.push(pair);
  const target = pairs[0];
  const edit = target?.secret.start[0];
  const [range] = edit?.replacements ?? [];
  if (target === undefined || edit === undefined || range === undefined) throw new Error("nothing was built");
  const original = await readFile(path.join(repository, edit.path));
  await rm(repository, { recursive: true });
  const trees = openSourceTrees(dataset);
  const bases = place.file("bases");
  const providers = {
    namespaces: namespaceSandboxes({ folder: place.file("boxes"), bases }),
    process: processSandboxes({ folder: place.file("boxes") }),
  };
  // One scan of each level for all leaks, so that what they share is read once.
  let current: Seed = {};
  const scanner = (level: keyof typeof providers) =>
    openLeakScan({
      sandboxes: seeded(providers[level], () => current),
      pairs,
      trees,
      prepare: (pair) => prepareWorkspace(dataset, pair, trees, place.file("scratch")),
      harnessPaths: [dataset, place.file("scratch"), bases],
    });
  const scanners = { namespaces: scanner("namespaces"), process: scanner("process") };
  return {
    dataset,
    pairs,
    folder: place.path,
    target,
    original,
    docstring: original.subarray(range.start, range.end).toString("utf8"),
    async scan(seed = {}, level = "namespaces") {
      current = seed;
      return scanners[level].scan(target);
    },
    async scanAll() {
      current = {};
      const results: (readonly Leak[])[] = [];
      for (const pair of pairs) results.push(await scanners.namespaces.scan(pair));
      return results;
    },
    async [Symbol.asyncDispose]() {
      for (const provider of Object.values(providers)) await provider[Symbol.asyncDispose]();
      await trees[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** A level whose sandboxes have a leak from the start. */
function seeded(provider: SandboxProvider, seed: () => Seed): SandboxProvider {
  return {
    ...provider,
    async start(options) {
      const sandbox = await provider.start(options);
      const { plant, wrap, environment } = seed();
      await plant?.(sandbox);
      return {
        ...sandbox,
        exec: (command, given) =>
          sandbox.exec(wrap?.(command) ?? command, {
            ...given,
            environment: { ...given?.environment, ...environment },
          }),
      };
    },
  };
}
