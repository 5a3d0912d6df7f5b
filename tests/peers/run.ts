import { access, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { execa } from "execa";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../src/base/hash.ts";
import { writeCases } from "./cases.ts";

/**
 * Checks what we write against readers that others wrote. A peer is a folder here with `requirements.txt`
 * (hash-locked; made from `requirements.in` with `uv pip compile --generate-hashes --universal --no-header`)
 * and `check.py`, which gets the folder of cases and prints a line `ok …` or `FAIL …` for each check.
 * Each has an environment of its own in `.peers/`, made again when its requirements change. A peer with a `sources.txt`
 * (hash-locked too) gets the folder with those packages, unpacked and not installed, as a second argument.
 *
 * node tests/peers/run.ts [NAME…]
 */
const here = path.dirname(fileURLToPath(import.meta.url));
const environments = path.join(here, "..", "..", ".peers");

async function main(names: readonly string[]): Promise<number> {
  const cases = await mkdtemp(path.join(os.tmpdir(), "peers-"));
  let passed = 0;
  let failed = 0;
  try {
    await writeCases(cases);
    for (const name of names.length > 0 ? names : await listPeers()) {
      for (const line of await checkPeer(name, cases)) {
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
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function checkPeer(name: string, cases: string): Promise<string[]> {
  const python = await prepareEnvironment(name).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    return undefined;
  });
  if (python === undefined) return ["FAIL environment: could not be made"];
  const environment = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: cases,
    LC_ALL: "C.UTF-8",
    NODE: process.execPath,
    HF_HUB_OFFLINE: "1",
    HF_DATASETS_OFFLINE: "1",
    HF_HOME: path.join(cases, "huggingface"),
    HF_HUB_DISABLE_TELEMETRY: "1",
  };
  const sources = path.join(environments, name, "sources");
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

/** The environment's Python. What is installed is named by a marker, written last: half an environment is made again. */
async function prepareEnvironment(name: string): Promise<string> {
  const requirements = path.join(here, name, "requirements.txt");
  const folder = path.join(environments, name);
  const python = path.join(folder, "bin", "python");
  const marker = path.join(folder, "requirements.sha256");
  const sources = await readFile(path.join(here, name, "sources.txt"), "utf8").catch(() => "");
  const wanted = sha256((await readFile(requirements, "utf8")) + sources);
  const installed = await readFile(marker, "utf8").catch(() => "");
  const usable = await access(python).then(
    () => true,
    () => false,
  );
  if (usable && installed === wanted) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(environments, { recursive: true });
  process.stderr.write(`${name}: installing into ${path.relative(process.cwd(), folder)}\n`);
  await execa("python3", ["-m", "venv", folder]);
  await execa(python, ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements]);
  if (sources !== "") await unpackSources(python, path.join(here, name, "sources.txt"), folder);
  await writeFile(marker, wanted);
  return python;
}

/** Source archives, each unpacked into a folder of the package's name. */
async function unpackSources(python: string, list: string, folder: string): Promise<void> {
  const downloads = path.join(folder, "downloads");
  const options = ["--quiet", "--no-deps", "--no-binary=:all:", "--require-hashes"];
  await execa(python, ["-m", "pip", "download", ...options, "--dest", downloads, "-r", list]);
  for (const archive of await readdir(downloads)) {
    const unpacked = path.join(folder, "unpacked");
    await execa(python, ["-m", "tarfile", "-e", path.join(downloads, archive), unpacked]);
    const [inner = ""] = await readdir(unpacked);
    await mkdir(path.join(folder, "sources"), { recursive: true });
    await rename(path.join(unpacked, inner), path.join(folder, "sources", inner.replace(/-[^-]*$/, "")));
    await rm(unpacked, { recursive: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
