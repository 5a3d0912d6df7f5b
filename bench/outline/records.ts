import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { sha256 } from "../../src/base/hash.ts";
import { MAX_FILE_BYTES, outlineFile } from "../../src/syntaxes/outline-file.ts";

/** Qualified name, kind, first and last line, docstring's first and last line, SHA-256 of its text. */
export type DefinitionRecord = readonly [string, string, number, number, number, number, string];

/** The documented definitions of one file, in the shape of `peer.py`. */
export function recordsOf(file: string): DefinitionRecord[] {
  const result = outlineFile(file, readFileSync(file));
  if ("reason" in result) return [];
  return result.outline.definitions.flatMap((definition) => {
    const { qualifiedName, kind, firstLine, lastLine, docstring } = definition;
    if (docstring === undefined) return [];
    const { firstLine: from, lastLine: to, text } = docstring;
    return [[qualifiedName, kind, firstLine, lastLine, from, to, sha256(text)] as const];
  });
}

/** Every Python file below a folder, sorted, without those that are too large. */
export function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".py"))
    .map((name) => path.join(folder, name))
    .filter((file) => {
      const status = statSync(file);
      return status.isFile() && status.size <= MAX_FILE_BYTES;
    })
    .sort();
}
