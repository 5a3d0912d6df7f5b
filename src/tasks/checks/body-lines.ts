import type { DecodedSource, Definition } from "../../syntax.ts";
import { codeTokens } from "../../text/code-tokens.ts";
import { codeOf } from "./sources.ts";

/** Logical lines of a definition's body: all of its span but the decorators and the signature. */
export function bodyLines(source: DecodedSource, definition: Definition, lineComment: "#" | "//"): number {
  const code = codeTokens(codeOf(source.text, definition), lineComment);
  return Math.max(0, code.lines - definition.decorators.length - 1);
}
