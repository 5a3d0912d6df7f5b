import { createRequire } from "node:module";
import type { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { z } from "zod";

interface Ruff {
  readonly Workspace: new (options: unknown, encoding: PositionEncoding) => Workspace;
  readonly PositionEncoding: { readonly Utf16: PositionEncoding };
}

const findingsSchema = z.array(z.object({ message: z.string() }));
const workspaces = new Map<string, Workspace>();

/** An import like any other since 3.13; before, CPython took it for the one that switches features on. */
const RELATIVE_FUTURE = /\bfrom\s*\.[.\s]*__future__\b/;

/**
 * Whether a program is refused by this version of CPython only because it uses syntax of a later one. The
 * grader's yardstick is the newest syntax; the CPython at hand may be older. Decided by Ruff's check of the target version.
 */
export function isNewerSyntax(text: string, version: string): boolean {
  if (RELATIVE_FUTURE.test(text) && Number(version.split(".")[1]) < 13) return true;
  const messages = findingsSchema.parse(workspace(version).check(text)).map(({ message }) => message);
  return (
    messages.length > 0 && messages.every((message) => message.includes("syntax was added in Python 3."))
  );
}

function workspace(version: string): Workspace {
  const [major = "3", minor = "11"] = version.split(".");
  const target = `py${major}${minor}`;
  const known = workspaces.get(target);
  if (known !== undefined) return known;
  const ruff = createRequire(import.meta.url)("@astral-sh/ruff-wasm-nodejs") as Ruff;
  const made = new ruff.Workspace(
    { "target-version": target, lint: { select: [] }, preview: true },
    ruff.PositionEncoding.Utf16,
  );
  workspaces.set(target, made);
  return made;
}
