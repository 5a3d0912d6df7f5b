import { syntaxFor } from "../syntaxes/index.ts";
import { outlineFile } from "../syntaxes/outline-file.ts";
import type { FileOutlineResult } from "../syntaxes/outline-file.ts";

/** What one source file defines, or why it cannot be used; plain data, fit to be sent between threads. */
export type SourceOutline = FileOutlineResult | { readonly reason: "syntax-error"; readonly detail: string };

/** One file to outline, as it is sent to a worker. */
export interface SourceFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly maxBytes: number;
}

/**
 * Outlines one file. Where the fast parser stumbles, the strict one decides: a file that the language accepts is
 * kept, odd as it may look; one that it refuses cannot be used. `loadSyntaxes` must have ended in this thread.
 */
export function outlineSource({ path, content, maxBytes }: SourceFile): SourceOutline {
  const result = outlineFile(path, content, maxBytes);
  if ("reason" in result || !result.outline.broken) return result;
  const syntax = syntaxFor(path);
  const source = syntax?.decode(content);
  if (syntax === undefined || source === undefined || "problem" in source) return result;
  const validity = syntax.validity(source);
  return validity.valid
    ? result
    : { reason: "syntax-error", detail: `line ${validity.line}: ${validity.message}` };
}
