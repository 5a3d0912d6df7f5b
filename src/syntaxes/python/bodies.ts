import type { Body, Definition } from "../../syntax.ts";
import { indentBefore, indentUnit } from "./insert-docstring.ts";
import { findDefinition } from "./remove-docstring.ts";
import { tokenize } from "./tokenizer.ts";

/** What stands between a definition's header, or its docstring, and its end: statements with the comments among them. */
export function bodyOf(text: string, definition: Definition): Body | undefined {
  const tokens = tokenize(text);
  const found = findDefinition(tokens, definition);
  if (found === undefined || found.bodyEnd <= found.bodyStart) return undefined;
  const last = found.docstring === undefined ? found.colon : found.docstring.end - 1;
  const start = tokens.ends[last] ?? 0;
  const first = tokens.starts[found.inline ? found.header : found.bodyStart] ?? 0;
  const indent = indentBefore(text, first) + (found.inline ? indentUnit(tokens) : "");
  return { start, end: Math.max(start, definition.span.end), indent };
}
