import { access, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { sha256 } from "../../src/base/hash.ts";

const here = import.meta.dirname;
const cache = path.join(here, "..", "..", ".scale");

/** Wheels of CPython 3.13 on Linux, whatever machine this runs on; none is installed or run. */
const TARGET = [
  ...["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"].flatMap(platform),
  "--python-version=3.13",
  "--implementation=cp",
  ...["cp313", "abi3", "none"].flatMap((abi) => ["--abi", abi]),
];
/** And of CPython 2.7, for what Python 3 no longer takes. */
const OLD_TARGET = [
  ...["any", "manylinux1_x86_64"].flatMap(platform),
  "--python-version=2.7",
  "--implementation=cp",
  ...["cp27mu", "cp27m", "none"].flatMap((abi) => ["--abi", abi]),
];

function platform(name: string): string[] {
  return ["--platform", name];
}

export interface Package {
  /** As in the wheel's name. */
  readonly name: string;
  /** Files with their place in the package, sorted. */
  readonly files: readonly { readonly path: string; readonly name: string; readonly size: number }[];
}

/** The packages of both lists, or those of them that are named, downloaded once. */
export async function fetchPackages(python: string, only: readonly string[] = []): Promise<Package[]> {
  const folders = [
    await fetchList(python, "requirements.txt", TARGET, only),
    await fetchList(python, "requirements-python2.txt", OLD_TARGET, only),
  ];
  const packages = await Promise.all(folders.filter((folder) => folder !== undefined).map(listPackages));
  return packages.flat();
}

/** Downloads what is wanted of a list of hash-locked wheels and unpacks the Python files. A marker, written last, says that all is there. */
async function fetchList(
  python: string,
  list: string,
  target: readonly string[],
  only: readonly string[],
): Promise<string | undefined> {
  const entries = (await readFile(path.join(here, list), "utf8")).trim().split(/\n(?=\S)/);
  const wanted = entries.filter(
    (entry) => only.length === 0 || only.some((name) => entry.startsWith(`${name}==`)),
  );
  if (wanted.length === 0) return undefined;
  const text = `${wanted.join("\n")}\n`;
  const folder = path.join(cache, sha256(text).slice(0, 12));
  const done = path.join(folder, "complete");
  const isThere = await access(done).then(
    () => true,
    () => false,
  );
  if (isThere) return path.join(folder, "files");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  process.stderr.write(`downloading ${list}\n`);
  const requirements = path.join(folder, "requirements.txt");
  const wheels = path.join(folder, "wheels");
  await writeFile(requirements, text);
  const options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", ...target];
  await execa(python, ["-m", "pip", "download", ...options, "--dest", wheels, "-r", requirements]);
  await execa(python, [path.join(here, "python", "wheels.py"), wheels, path.join(folder, "files")]);
  await rm(wheels, { recursive: true });
  await writeFile(done, "");
  return path.join(folder, "files");
}

async function listPackages(folder: string): Promise<Package[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => ({ name, files: await listFiles(path.join(folder, name)) })));
}

async function listFiles(folder: string): Promise<Package["files"]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (file) => ({
      path: file,
      name: path.relative(folder, file).split(path.sep).join("/"),
      size: (await stat(file)).size,
    })),
  );
}
