import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../../src/base/process.ts";
import type { Random } from "../../src/base/random.ts";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Downloads packages into a folder, once, and unpacks them; nothing in them is run. */
export async function fetchPackages(specifiers: readonly string[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const specifier of specifiers) {
    const home = path.join(folder, specifier.replaceAll("/", "+"));
    if (existsSync(home)) continue;
    const unpacked = `${home}.part`;
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(unpacked, { recursive: true });
    const packed = spawnSync("npm", ["pack", specifier, "--silent"], { cwd: unpacked, encoding: "utf8" });
    const archive = packed.stdout.trim();
    if (packed.status !== 0) throw new Error(`${specifier}: ${packed.stderr}`);
    const result = await runProgram("tar", ["-xzf", archive, "--no-same-owner"], { cwd: unpacked });
    if (result.exitCode !== 0) throw new Error(`${specifier}: ${result.stderr}`);
    renameSync(unpacked, home);
  }
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const SMALLEST = 400;
const LARGEST = 60_000;

/** A few source files of a folder, not too short, not too long, those with comments first. */
export function chooseFiles(folder: string, count: number, random: Random): SourceFile[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => SOURCE.test(name) && !/\.min\.|\.umd\.|\.production\./.test(name))
    .sort();
  const chosen: SourceFile[] = [];
  const kinds = new Map<string, number>();
  for (const name of random.shuffle(names)) {
    if (chosen.length === count) break;
    const file = path.join(folder, name);
    const { size } = statSync(file);
    if (size < SMALLEST || size > LARGEST || !statSync(file).isFile()) continue;
    // Declarations are what most packages have most of, and hold the least code.
    const kind = /\.d\.[cm]?ts$/.test(name) ? "declarations" : "code";
    const seen = kinds.get(kind) ?? 0;
    if (kind === "declarations" && seen >= count / 5) continue;
    kinds.set(kind, seen + 1);
    const bytes = readFileSync(file);
    const text = bytes.toString("utf8");
    if (Buffer.compare(Buffer.from(text), bytes) === 0) chosen.push({ path: file, text });
  }
  return chosen;
}
