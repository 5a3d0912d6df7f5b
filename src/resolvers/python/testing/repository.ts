import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { CallSite } from "../../../resolver.ts";
import { shortly } from "../../conformance.ts";
import { PythonProject } from "../project.ts";

/** A folder with these files, which is gone when the test has ended. */
export function makeFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "resolver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** The sites of one definition (`path::name`) of a repository with these files, in this process: a test of rules starts no other. */
export function sitesIn(
  files: Readonly<Record<string, string | Uint8Array>>,
  definition: string,
): readonly CallSite[] {
  const [file = "", qualifiedName = ""] = definition.split("::");
  const project = new PythonProject(makeFolder(files));
  const resolution = project.resolve({ path: file, qualifiedName, ordinal: 0 });
  if (resolution === undefined) throw new Error(`${definition} is not found`);
  return resolution.sites;
}

/** Each site as `text → target`. */
export function targetsIn(
  files: Readonly<Record<string, string | Uint8Array>>,
  definition: string,
): readonly string[] {
  return sitesIn(files, definition).map(({ text, target }) => `${text} → ${shortly(target)}`);
}
