import type { Grader } from "../../task.ts";
import { rememberingSyntaxes } from "../checks/remembered.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { judgeGeneration } from "./judge.ts";

/** Write the body of a function. See docs/tasks/func-gen.md. */
export function funcGen(syntaxes: SyntaxLookup): Grader {
  const remembered = rememberingSyntaxes(syntaxes);
  return {
    name: "func-gen",
    graderVersion: 1,
    judge: (input) => judgeGeneration(input, remembered),
  };
}
