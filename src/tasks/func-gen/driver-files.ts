import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The programs that run inside sandboxes, in Python. Sources and the built package lie equally deep below the root, and the package
 * holds this one folder of the sources.
 */
const FOLDER = fileURLToPath(new URL("../../../src/tasks/func-gen/driver", import.meta.url));

export type DriverFiles = Readonly<Record<string, Uint8Array>>;

let files: Promise<DriverFiles> | undefined;

/** All of them by name, as a command of a plan is given them. */
export function driverFiles(): Promise<DriverFiles> {
  return (files ??= readFiles());
}

async function readFiles(): Promise<DriverFiles> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".py"));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(FOLDER, name))] as const)),
  );
}
