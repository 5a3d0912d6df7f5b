import type { TaskFamily } from "../task.ts";
import type { SyntaxLookup } from "./checks/sources.ts";
import { funcLocalize } from "./func-localize/index.ts";

/** Everything a task family may depend on. */
export interface TaskDependencies {
  readonly syntaxes: SyntaxLookup;
}

/** All task families; a new one is a line here. */
export function taskFamilies({ syntaxes }: TaskDependencies): readonly TaskFamily[] {
  return [funcLocalize(syntaxes)];
}
