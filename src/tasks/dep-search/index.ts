import type { Grader } from "../../task.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { judgeSearch } from "./judge.ts";

/** Mark every definition that a function calls. See docs/tasks/dep-search.md. */
export function depSearch(syntaxes: SyntaxLookup): Grader {
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "dep-search",
    graderVersion: 1,
    judge: (input) => judgeSearch(input, remembered),
  };
}
