import { lineEditsOf } from "../../diffs/changed-lines.ts";
import type { FileChange, Tree } from "../../tree.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { isUnmistakable } from "./mentions.ts";

const IDENTIFIER = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
const LARGEST_FILE = 1_000_000;

/**
 * Names in a text that only the fix brings into the repository: who wrote them knew it. Plain words do not count,
 * for nobody can tell them from prose. The repository is searched only when the changed files do not settle it.
 */
export async function newNames(
  text: string,
  changes: readonly FileChange[],
  base: Tree,
  syntaxes: SyntaxLookup,
): Promise<readonly string[]> {
  const spoken = new Set(identifiers(text).filter(isUnmistakable));
  if (spoken.size === 0) return [];
  const sources = changes.filter(({ path }) => syntaxes.for(path) !== undefined);
  const added = new Set(sources.flatMap(addedIdentifiers));
  const candidates = spoken.intersection(added);
  for (const { before } of changes) remove(candidates, before?.content);
  for (const { path, size, mode } of base.entries) {
    if (candidates.size === 0) break;
    if (mode === "120000" || size > LARGEST_FILE) continue;
    if (syntaxes.for(path) === undefined && !DOCUMENT.test(path)) continue;
    remove(candidates, await base.read(path));
  }
  return [...candidates].sort();
}

const DOCUMENT = /\.(?:rst|md|txt|toml|cfg|ini|ya?ml|json|pyi|pyx)$/i;

function addedIdentifiers({ before, after }: FileChange): string[] {
  const [old, now] = [before, after].map((state) => Buffer.from(state?.content ?? []).toString("utf8"));
  return lineEditsOf(old ?? "", now ?? "").flatMap(({ newLines }) => newLines.flatMap(identifiers));
}

function remove(names: Set<string>, content: Uint8Array | undefined): void {
  const text = Buffer.from(content ?? []).toString("utf8");
  for (const name of names) if (text.includes(name)) names.delete(name);
}

function identifiers(text: string): string[] {
  return text.match(IDENTIFIER) ?? [];
}
