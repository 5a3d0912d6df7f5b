import { InputError } from "../base/errors.ts";
import type { Grader, TaskFamily } from "../task.ts";
import { taskFamilies, taskGraders } from "../tasks/index.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";

/** All task families, by name. @throws InputError for a name that does not exist. */
export async function loadFamilies(): Promise<(name: string) => TaskFamily> {
  return byName(taskFamilies({ syntaxes: await loadSyntaxes() }));
}

/** All that judge. @throws InputError for a name that does not exist. */
export async function loadGraders(): Promise<(name: string) => Grader> {
  return byName(taskGraders({ syntaxes: await loadSyntaxes() }));
}

function byName<Kind extends Grader>(all: readonly Kind[]): (name: string) => Kind {
  return (name) => {
    const found = all.find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    throw new InputError({
      code: "unknown-task",
      message: `There is no task family "${name}"`,
      hint: `Choose one of: ${all.map((candidate) => candidate.name).join(", ")}.`,
      fields: { task: name },
    });
  };
}
