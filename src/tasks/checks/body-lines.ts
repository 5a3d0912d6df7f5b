import type { Definition } from "../../syntax.ts";
import { codeTokens } from "../../text/code-tokens.ts";
import { codeOf } from "../../text/definition-code.ts";
import type { SourceText } from "./sources.ts";

/** Logical lines of a definition's body: all of its span but the decorators and the signature. */
export function bodyLines({ text, lineComment }: SourceText, definition: Definition): number {
  const code = codeTokens(codeOf(text, definition), lineComment);
  return Math.max(0, code.lines - definition.decorators.length - 1);
}
