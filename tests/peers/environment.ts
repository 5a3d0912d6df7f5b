import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { sha256 } from "../../src/base/hash.ts";

const environments = path.join(import.meta.dirname, "..", "..", ".peers");

/**
 * A Python environment of its own in `.peers/NAME` with hash-locked requirements, made again when they change. What is
 * installed is named by a marker, written last: half an environment is made again. Returns the environment's Python.
 */
export async function prepareEnvironment(name: string, requirements: string): Promise<string> {
  const folder = path.join(environments, name);
  const python = path.join(folder, "bin", "python");
  const marker = path.join(folder, "requirements.sha256");
  const wanted = sha256(await readFile(requirements));
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
  await writeFile(marker, wanted);
  return python;
}
