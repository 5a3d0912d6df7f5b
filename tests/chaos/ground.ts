import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../../src/index.ts";
import { writeSampleRepository } from "../../src/testing/sample-repository.ts";
import { startService } from "./model-service.ts";
import { PLAN_VARIABLE, type Plan } from "./plan.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = path.join(ROOT, "dist/cli/main.js");
const PRELOAD = fileURLToPath(new URL("inside/preload.ts", import.meta.url));

/** What all cases share: a small dataset and a model's service. */
export interface Ground extends AsyncDisposable {
  readonly folder: string;
  readonly dataset: string;
  readonly modelUrl: string;
}

export async function prepareGround(): Promise<Ground> {
  // Cases run the built program, for it starts sooner; it is built anew only where the sources changed.
  execFileSync(process.execPath, [path.join(ROOT, "scripts/run.mjs"), "build"], { stdio: "ignore" });
  const folder = await mkdtemp(path.join(os.tmpdir(), "chaos-"));
  const dataset = path.join(folder, "data");
  await build({
    repositories: [await writeSampleRepository(path.join(folder, "orchard"))],
    task: "func-localize",
    perRepository: 2,
    out: dataset,
    cache: path.join(folder, "cache"),
  });
  const service = await startService("answers");
  return {
    folder,
    dataset,
    modelUrl: service.url,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How the instances are worked on. */
export const SCENARIOS = ["loop", "scripted", "scripted-namespaces", "loop-namespaces"] as const;
export type Scenario = (typeof SCENARIOS)[number];

function flagsOf(scenario: Scenario, modelUrl: string): string {
  const agent = scenario.startsWith("loop")
    ? `--agent loop --model m --base-url ${modelUrl} --allow-unsafe`
    : "--agent scripted";
  return `${agent} --isolation ${scenario.endsWith("namespaces") ? "namespaces" : "process"}`;
}

/** A place of its own for one run: nothing that it leaves elsewhere on the machine is another's. */
export interface Site {
  readonly folder: string;
  readonly run: string;
  /** `TMPDIR`. */
  readonly temporary: string;
  readonly notes: string;
}

export async function makeSite(ground: Pick<Ground, "folder">): Promise<Site> {
  const folder = await mkdtemp(path.join(ground.folder, "site-"));
  const site = {
    folder,
    run: path.join(folder, "run"),
    temporary: path.join(folder, "tmp"),
    notes: path.join(folder, "notes.jsonl"),
  };
  await mkdir(site.temporary);
  return site;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any run here takes: one that does not end is a finding, not a wait. */
const LONGEST_RUN_MS = 120_000;

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** Loaded before the program. */
  readonly preload?: string;
  /** An empty one counts calls, and notes what was acknowledged. */
  readonly plan?: Pick<Plan, "fault">;
  /** Lines of bash in a mount namespace of their own, which run the command as `"$@"`. */
  readonly script?: string;
}

const IN_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c"];

/** Starts a command of the command line at a site. */
export function start(
  ground: Pick<Ground, "folder">,
  site: Site,
  args: readonly string[],
  { preload, plan, script }: StartOptions = {},
): Started {
  // Files, not pipes: what a killed run leaves may hold a pipe open.
  const files = ["out", "err"].map((name) => path.join(site.folder, name));
  const [out = 0, err = 0] = files.map((file) => openSync(file, "w"));
  const cache = path.join(site.folder, "cache");
  mkdirSync(cache, { recursive: true });
  const modules = [
    ...(plan === undefined ? [] : ["--import", PRELOAD]),
    ...(preload === undefined ? [] : ["--import", preload]),
  ];
  const fullPlan: Plan = { notes: site.notes, run: site.run, ...plan };
  const [program = "", ...rest] = [
    ...(script === undefined ? [] : [...IN_NAMESPACE, script, "bash"]),
    process.execPath,
    ...modules,
    MAIN,
    ...args,
  ];
  const child = spawn(program, rest, {
    cwd: site.folder,
    env: {
      PATH: process.env["PATH"],
      HOME: site.folder,
      TMPDIR: site.temporary,
      XDG_CACHE_HOME: cache,
      NODE_COMPILE_CACHE: path.join(ground.folder, "compiled"),
      NO_COLOR: "1",
      [PLAN_VARIABLE]: JSON.stringify(fullPlan),
    },
    stdio: ["ignore", out, err],
  });
  closeSync(out);
  closeSync(err);
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_RUN_MS);
  const ended = new Promise<Ended>((resolve) => {
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      const [stdout = "", stderr = ""] = files.map((file) => readFileSync(file, "utf8"));
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { child, ended };
}

export function rolloutArgs(
  ground: Pick<Ground, "dataset" | "modelUrl">,
  scenario: Scenario,
  site: Site,
): readonly string[] {
  return [
    "rollout",
    ground.dataset,
    "--run",
    site.run,
    ...flagsOf(scenario, ground.modelUrl).split(" "),
    // Disks are made so small here that none would ever have room enough to begin.
    "--min-free-disk",
    "0",
    "--json",
  ];
}
