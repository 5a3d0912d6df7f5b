import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import { runProgram } from "../base/process.ts";
import type { RunResult } from "../base/process.ts";

/** A real code base of a few hundred files, pinned by its hash; unpacked, never installed or run. */
const PACKAGE = {
  name: "dask",
  version: "2026.8.0",
  sha256: "ccc0c83a189b0398602435189771d28dad7b5773b6089bb8dce14ae732dd782c",
};

/** Fetches the demo's code base from PyPI with the machine's own pip, once. Returns the folder that holds it. */
export async function fetchDemoSource(folder: string): Promise<string> {
  const place = path.resolve(folder, PACKAGE.name);
  if (existsSync(place)) return place;
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(path.join(path.resolve(folder), "fetch-"));
  try {
    const requirements = path.join(temporary, "requirements.txt");
    await writeFile(requirements, `${PACKAGE.name}==${PACKAGE.version} --hash=sha256:${PACKAGE.sha256}\n`);
    await python(temporary, [
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
    if (wheel === undefined) throw unavailable("pip downloaded no wheel");
    const unpacked = path.join(temporary, "unpacked");
    await python(temporary, ["-m", "zipfile", "-e", path.join(temporary, wheel), unpacked]);
    await rename(unpacked, place);
    return place;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** pip finds its settings (proxies, mirrors, certificates) in the user's environment, so it is passed on. */
async function python(cwd: string, args: readonly string[]): Promise<void> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const result: RunResult = await runProgram("python3", args, { cwd, environment });
  if (result.exitCode !== 0) throw unavailable(result.stderr.trim().split("\n").at(-1) ?? "pip failed");
}

function unavailable(detail: string): EnvironmentError {
  return new EnvironmentError({
    code: "demo-source-unavailable",
    message: `The demo's code base (${PACKAGE.name} ${PACKAGE.version} from PyPI) cannot be fetched: ${detail}`,
    hint: "Use a repository of your own: npm run demo -- path/to/repository",
    fields: { package: PACKAGE.name, version: PACKAGE.version },
  });
}
