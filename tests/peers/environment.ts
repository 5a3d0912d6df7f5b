import { access, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { sha256 } from "../../src/base/hash.ts";

const environments = path.join(import.meta.dirname, "..", "..", ".peers");

/** Lists of packages with their hashes, as pip reads them. */
export interface Locked {
  /** What is installed. */
  readonly requirements: string;
  /** Source archives that are unpacked into `sources/` of the environment, one folder a package, and not installed. */
  readonly sources?: string;
  /** The oldest Python that will do, such as `3.12`; whatever `python3` is when left out. */
  readonly python?: string;
}

/**
 * A Python environment of its own in `.peers/NAME`, made again when its lists change. What is installed is named by a marker,
 * written last: half an environment is made again. Returns the environment's Python.
 */
export async function prepareEnvironment(name: string, locked: Locked): Promise<string> {
  const folder = path.join(environments, name);
  const python = path.join(folder, "bin", "python");
  const marker = path.join(folder, "requirements.sha256");
  const sources = locked.sources === undefined ? "" : await readFile(locked.sources, "utf8");
  const wanted = sha256((await readFile(locked.requirements, "utf8")) + sources);
  const installed = await readFile(marker, "utf8").catch(() => "");
  const usable = await access(python).then(
    () => true,
    () => false,
  );
  if (usable && installed === wanted) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(environments, { recursive: true });
  process.stderr.write(`${name}: installing into ${path.relative(process.cwd(), folder)}\n`);
  await execa(await findPython(locked.python), ["-m", "venv", folder]);
  await execa(python, ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked.requirements]);
  if (locked.sources !== undefined) await unpackSources(python, locked.sources, folder);
  await writeFile(marker, wanted);
  return python;
}

/** The first Python of this machine that is new enough: on the path, or one that pyenv has. */
async function findPython(oldest = "3.0"): Promise<string> {
  const pyenv = path.join(process.env["PYENV_ROOT"] ?? path.join(os.homedir(), ".pyenv"), "versions");
  const kept = (await readdir(pyenv).catch(() => [])).map((name) => path.join(pyenv, name, "bin/python3"));
  const candidates = ["python3", "python3.14", "python3.13", "python3.12", ...kept];
  const asked = `import sys; sys.exit(sys.version_info < (${oldest.replace(".", ", ")}))`;
  for (const python of candidates) {
    const { exitCode } = await execa(python, ["-c", asked], { reject: false });
    if (exitCode === 0) return python;
  }
  throw new Error(`there is no Python ${oldest} or newer here`);
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
