import type { Grader, TaskFamily } from "../task.ts";
import type { SyntaxLookup } from "./checks/sources.ts";
import { depSearch } from "./dep-search/index.ts";
import { funcGen } from "./func-gen/index.ts";
import { funcLocalize } from "./func-localize/index.ts";
import { issueLocalize } from "./issue-localize/index.ts";

/** Everything a task family may depend on. */
export interface TaskDependencies {
  readonly syntaxes: SyntaxLookup;
}

/** All families that make instances; a new one is a line here. */
export function taskFamilies({ syntaxes }: TaskDependencies): readonly TaskFamily[] {
  return [funcLocalize(syntaxes), depSearch(syntaxes), issueLocalize(syntaxes), funcGen(syntaxes)];
}

/** All that judge. */
export function taskGraders(dependencies: TaskDependencies): readonly Grader[] {
  return taskFamilies(dependencies);
}
