import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { EnvironmentError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { runProgram, type RunResult } from "../base/process.ts";
import type { EnvironmentLock, EnvironmentMaker } from "../environment.ts";

/**
 * pip, with the user's own settings (registries, proxies, certificates), and with wheels only: these are unpacked, while the
 * installation of anything else would run its code.
 */
export function pipEnvironments(): EnvironmentMaker {
  return {
    name: "pip",
    settings: Object.fromEntries(Object.entries(ownVariables()).filter(([name]) => name.startsWith("PIP_"))),
    async resolve(requirements, python) {
      const pip = await findPip(python);
      return await inFolder(async (folder) => {
        const report = path.join(folder, "report.json");
        const list = path.join(folder, "requirements.txt");
        await writeFile(list, requirements.map((line) => `${line}\n`).join(""));
        const words = ["--dry-run", "--ignore-installed", "--report", report, "-r", list];
        const result = await run(pip, [...INSTALL, ...words]);
        if (result.exitCode !== 0) throw notResolved(result);
        return packagesOf(await readFile(report, "utf8"));
      });
    },
    async unpack(lock, folder) {
      const pip = await findPip(lock.python);
      await inFolder(async (place) => {
        const list = path.join(place, "requirements.txt");
        const line = ({ name, version, sha256 }: EnvironmentLock["packages"][number]) =>
          `${name}==${version} --hash=sha256:${sha256}\n`;
        await writeFile(list, lock.packages.map(line).join(""));
        const words = ["--require-hashes", "--no-deps", "--target", folder, "-r", list];
        const result = await run(pip, [...INSTALL, ...words]);
        if (result.exitCode !== 0) throw notMade(result);
      });
    },
  };
}

const INSTALL = ["--disable-pip-version-check", "install", "--quiet", "--no-input", "--only-binary=:all:"];
const PIP_MS = 1_800_000;

/** The Python that sandboxes see, which may be another than the user's first. */
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

interface Pip {
  readonly program: string;
  readonly words: readonly string[];
}

/** The system's own pip; the user's where there is none, which then works for the system's Python. */
async function findPip(python: string): Promise<Pip> {
  const say = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)";
  const said = await runProgram("python3", ["-I", "-c", say], { environment: { PATH: SYSTEM_PATH } });
  const [version, program = "python3"] = Buffer.from(said.stdout).toString().trim().split(" ");
  if (version !== python) throw pythonDiffers(python, version ?? "none");
  const own: Pip = { program, words: ["-m", "pip"] };
  if ((await run(own, ["--version"])).exitCode === 0) return own;
  const users: Pip = { program: "python3", words: ["-m", "pip", "--python", program] };
  if ((await run(users, ["--version"])).exitCode === 0) return users;
  throw new EnvironmentError({
    code: "program-missing",
    message: 'The program "pip" is not installed',
    hint: "Install pip 22.3 or later (Debian: apt-get install python3-pip) and try again.",
    fields: { program: "pip" },
  });
}

function run({ program, words }: Pip, args: readonly string[]): Promise<RunResult> {
  return runProgram(program, [...words, ...args], { environment: ownVariables(), timeoutMs: PIP_MS });
}

/** The user's proxies, registries and caches. */
function ownVariables(): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(own);
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "pip-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const reportSchema = z.object({
  install: z.array(
    z.object({
      metadata: z.object({ name: z.string(), version: z.string() }),
      download_info: z.object({ archive_info: z.object({ hash: z.string().startsWith("sha256=") }) }),
    }),
  ),
});

function packagesOf(report: string): EnvironmentLock["packages"] {
  const { install } = parseJson(report, reportSchema, "pip's report");
  return install
    .map(({ metadata: { name, version }, download_info }) => ({
      name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"),
      version,
      sha256: download_info.archive_info.hash.slice("sha256=".length),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function saidBy({ stderr, timedOut }: RunResult): string {
  if (timedOut) return "pip took more than half an hour";
  const errors = stderr.split("\n").filter((line) => line.startsWith("ERROR:"));
  return (errors.length > 0 ? errors.join(" ") : stderr.trim()).slice(-600);
}

function notResolved(result: RunResult): EnvironmentError {
  return new EnvironmentError({
    code: "environment-not-resolved",
    message: `The packages cannot be had as wheels: ${saidBy(result)}`,
    hint: "Check that the package registry can be reached; what has no wheel for this Python is never built.",
  });
}

function notMade(result: RunResult): EnvironmentError {
  return new EnvironmentError({
    code: "environment-not-made",
    message: `The packages could not be unpacked: ${saidBy(result)}`,
    hint: "Check that the package registry can be reached and that there is space; then run the same command again.",
  });
}

function pythonDiffers(wanted: string, found: string): EnvironmentError {
  return new EnvironmentError({
    code: "environment-python-differs",
    message: `Packages are wanted for Python ${wanted}, and this machine's own python3 is ${found}`,
    hint: "Use sandboxes with the machine's own Python (--isolation namespaces), or leave --environments out.",
    fields: { wanted, found },
  });
}
