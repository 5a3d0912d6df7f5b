import type { Outline, Undecodable } from "../syntax.ts";
import { syntaxFor } from "./index.ts";

/** Files above this many bytes are not read: no one's source, and a way to stall a build. */
export const MAX_FILE_BYTES = 2_000_000;

/** Plain data, so that it can cross from one thread to another. */
export type FileOutlineResult =
  | { readonly language: string; readonly outline: Outline }
  | { readonly reason: "no-syntax" | "too-large" | Undecodable["problem"]; readonly detail: string };

/** What one file defines, or why that cannot be said. `loadSyntaxes` must have ended in this thread. */
export function outlineFile(
  path: string,
  bytes: Uint8Array,
  maxBytes: number = MAX_FILE_BYTES,
): FileOutlineResult {
  const syntax = syntaxFor(path);
  if (syntax === undefined) return { reason: "no-syntax", detail: `No language for ${path}` };
  if (bytes.byteLength > maxBytes) {
    return { reason: "too-large", detail: `${bytes.byteLength} bytes, more than ${maxBytes}` };
  }
  const source = syntax.decode(bytes);
  if ("problem" in source) return { reason: source.problem, detail: source.detail };
  return { language: syntax.language, outline: syntax.outline(source) };
}
