import { codeTokens, type CodeTokens } from "./code-tokens.ts";
import { readStructure, type ModuleStructure } from "./definitions.ts";
import { lineStartsOf } from "../shared/lines.ts";
import type { Tokens } from "./tokens.ts";
import { tokenize } from "./tokenizer.ts";

/** A file read once for comparison. */
export interface ReadSource {
  readonly tokens: Tokens;
  readonly structure: ModuleStructure;
  readonly code: CodeTokens;
  readonly lines: readonly number[];
}

export function readSource(text: string): ReadSource {
  const tokens = tokenize(text);
  const structure = readStructure(tokens);
  return { tokens, structure, code: codeTokens(tokens, structure), lines: lineStartsOf(text) };
}
