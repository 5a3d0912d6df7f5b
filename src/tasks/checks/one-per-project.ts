import type { Project } from "../../project.ts";

/** One build asks for proposals of a project several times over; what is known of it is made once. */
export function onePerProject<Knowledge>(
  create: (project: Project) => Knowledge,
): (project: Project) => Knowledge {
  const known = new WeakMap<Project, { readonly knowledge: Knowledge }>();
  return (project) => {
    const entry = known.get(project) ?? { knowledge: create(project) };
    known.set(project, entry);
    return entry.knowledge;
  };
}
