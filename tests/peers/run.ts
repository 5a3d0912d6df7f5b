import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { execa } from "execa";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { checkSlice } from "../scale/slice.ts";
import { checkAgents } from "./agents/check.ts";
import { writeCases } from "./cases.ts";
import { prepareEnvironment } from "./environment.ts";
import { writeHarborTasks } from "./harbor/cases.ts";
import { checkHub } from "./hub/check.ts";
import { checkRealModel } from "./llama/check.ts";

/**
 * Checks what we write against readers that others wrote. A peer is a folder here with `requirements.txt`
 * (hash-locked; made from `requirements.in` with `uv pip compile --generate-hashes --universal --no-header`)
 * and `check.py`, which gets the folder of cases and prints a line `ok …` or `FAIL …` for each check.
 * Each has an environment of its own in `.peers/`, made again when its requirements change. A peer with a `sources.txt`
 * (hash-locked too) gets the folder with those packages, unpacked and not installed, as a second argument; one with a `python.txt`
 * has at least that Python. One with a `wants.txt` is skipped,
 * and says so with that text, where its environment cannot be made: something in it is in no registry. The peer `scale` is
 * different: CPython and git themselves, over a slice of what `tests/scale` asks. The peer `agents` are those that others wrote, from npm and PyPI, and `llama`
 * is a small real model behind llama.cpp's own server.
 *
 * node tests/peers/run.ts [NAME…]
 */
const here = path.dirname(fileURLToPath(import.meta.url));

/** Peers that need more than a Python program that reads our cases. */
const OWN_CHECKS: Readonly<Record<string, () => Promise<string[]>>> = {
  agents: checkAgents,
  hub: checkHub,
  llama: checkRealModel,
  scale: checkSlice,
};

/** What only one peer reads. */
const OWN_CASES: Readonly<Record<string, (folder: string) => Promise<void>>> = { harbor: writeHarborTasks };

async function main(names: readonly string[]): Promise<number> {
  const cases = await mkdtemp(path.join(os.tmpdir(), "peers-"));
  let passed = 0;
  let failed = 0;
  try {
    await writeCases(cases);
    for (const name of names.length > 0 ? names : await listPeers()) {
      for (const line of await checkOne(name, cases)) {
        process.stdout.write(`${name}: ${line}\n`);
        if (line.startsWith("ok ")) passed++;
        else failed++;
      }
    }
  } finally {
    await rm(cases, { recursive: true, force: true });
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function listPeers(): Promise<string[]> {
  const entries = await readdir(here, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return [...new Set([...folders, ...Object.keys(OWN_CHECKS)])].sort();
}

async function checkOne(name: string, cases: string): Promise<string[]> {
  const check = OWN_CHECKS[name] ?? (() => checkPeer(name, cases));
  return check().catch((error: unknown) => [`FAIL could not be run: ${String(error)}`]);
}

async function checkPeer(name: string, cases: string): Promise<string[]> {
  const list = path.join(here, name, "sources.txt");
  const oldest = path.join(here, name, "python.txt");
  const locked = {
    requirements: path.join(here, name, "requirements.txt"),
    ...(existsSync(list) ? { sources: list } : {}),
    ...(existsSync(oldest) ? { python: (await readFile(oldest, "utf8")).trim() } : {}),
  };
  await OWN_CASES[name]?.(cases);
  const python = await prepareEnvironment(name, locked).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    return undefined;
  });
  if (python === undefined) {
    const wanted = await readFile(path.join(here, name, "wants.txt"), "utf8").catch(() => undefined);
    if (wanted === undefined) return ["FAIL environment: could not be made"];
    process.stdout.write(`${name}: skipped: ${wanted.trim()}\n`);
    return [];
  }
  const environment = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: cases,
    LC_ALL: "C.UTF-8",
    NODE: process.execPath,
    HF_HUB_OFFLINE: "1",
    HF_DATASETS_OFFLINE: "1",
    HF_HOME: path.join(cases, "huggingface"),
    HF_HUB_DISABLE_TELEMETRY: "1",
    HARBOR_TELEMETRY: "0",
  };
  const sources = path.join(path.dirname(python), "..", "sources");
  const { stdout, stderr, exitCode } = await execa(
    python,
    [path.join(here, name, "check.py"), cases, sources],
    {
      env: environment,
      extendEnv: false,
      reject: false,
      timeout: 1_800_000,
    },
  );
  // What a check found on the way, such as a list of disagreements.
  process.stderr.write(stderr);
  const lines = stdout.split("\n").filter((line) => /^(ok|FAIL) /.test(line));
  if (exitCode !== 0) lines.push(`FAIL check.py: exit ${exitCode ?? "by signal"}: ${stderr.slice(-2000)}`);
  else if (lines.length === 0) lines.push("FAIL check.py: checked nothing");
  return lines;
}

process.exitCode = await main(process.argv.slice(2));
