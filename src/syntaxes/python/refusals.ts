import type { TokenProblem, Tokens } from "./tokens.ts";

/** What CPython's compiler refuses and Ruff lets pass. */
export function refusals(tokens: Tokens): readonly TokenProblem[] {
  void tokens;
  return [];
}
