import { createRequire } from "node:module";
import type { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { z } from "zod";

/**
 * Ruff's parser, which refuses what CPython's refuses, and those of its rules that stand for errors of
 * CPython's compiler (and none that is only advice).
 */
export interface RuffFinding {
  readonly line: number;
  readonly message: string;
}

const PACKAGE = "@astral-sh/ruff-wasm-nodejs";

/**
 * F404, F407: late or unknown `__future__` import. F622: two starred targets. F701–F707: break, continue, yield,
 * return, bare except out of place. PLE0115–PLE0118: nonlocal and global.
 * PLE1142, PLE1700: await and yield from in the wrong kind of function. F406: import * in a function.
 */
const RULES =
  "F404 F407 F622 F701 F702 F704 F706 F707 PLE0115 PLE0116 PLE0117 PLE0118 PLE1142 PLE1700 F406".split(" ");

const findingsSchema = z.array(
  z.object({
    code: z.string().nullable(),
    message: z.string(),
    start_location: z.object({ row: z.number() }),
  }),
);

interface Ruff {
  readonly Workspace: new (options: unknown, encoding: PositionEncoding) => Workspace;
  readonly PositionEncoding: { readonly Utf16: PositionEncoding };
}

const require = createRequire(import.meta.url);
let workspace: Workspace | undefined;

/** Everything that makes a file invalid, by line; `crashed` when the parser itself gave up. */
export function ruffFindings(text: string): readonly RuffFinding[] | "crashed" {
  try {
    workspace ??= open();
    return findingsSchema
      .parse(workspace.check(withoutRelativeFuture(text)))
      .map(({ message, start_location }) => ({ line: start_location.row, message }))
      .sort((a, b) => a.line - b.line);
  } catch {
    // A trap leaves the module's memory as it was in the middle of the work: only a fresh one can be trusted.
    workspace = undefined;
    delete require.cache[require.resolve(PACKAGE)];
    return "crashed";
  }
}

/**
 * Since Python 3.13 `from .__future__ import x` is an import like any other; Ruff still takes it for the other one.
 * The name becomes another of the same length, so that lines stay what they are.
 */
function withoutRelativeFuture(text: string): string {
  if (!text.includes("__future__")) return text;
  return text.replaceAll(/(\bfrom\b[ \t\f\\\r\n]*\.[. \t\f\\\r\n]*)__future__\b/g, "$1__FUTURE__");
}

function open(): Workspace {
  const ruff = require(PACKAGE) as Ruff;
  return new ruff.Workspace(
    { "target-version": "py314", "respect-gitignore": false, lint: { select: RULES }, preview: true },
    ruff.PositionEncoding.Utf16,
  );
}
