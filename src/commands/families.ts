import { InputError } from "../base/errors.ts";
import type { TaskFamily } from "../task.ts";
import { taskFamilies } from "../tasks/index.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";

/** All task families, by name. @throws InputError for a name that does not exist. */
export async function loadFamilies(): Promise<(name: string) => TaskFamily> {
  const families = taskFamilies({ syntaxes: await loadSyntaxes() });
  return (name) => {
    const family = families.find((candidate) => candidate.name === name);
    if (family !== undefined) return family;
    throw new InputError({
      code: "unknown-task",
      message: `There is no task family "${name}"`,
      hint: `Choose one of: ${families.map((candidate) => candidate.name).join(", ")}.`,
      fields: { task: name },
    });
  };
}
