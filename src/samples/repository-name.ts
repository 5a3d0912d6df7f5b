import type { Sample } from "../sample.ts";

/** Instances of SWE-bench and of what is made like it are called `owner__name-1234`. */
const NAMED_INSTANCE = /^([\w.-]+?)__([\w.-]+)-\d+$/;

/** The repository that a sample is about: as it says, else as its instance is called. */
export function repositoryNameOf({
  repository,
  instance,
}: Pick<Sample, "repository" | "instance">): string | null {
  if (repository !== null) return repository.name;
  const [, owner, name] = NAMED_INSTANCE.exec(instance ?? "") ?? [];
  return owner === undefined || name === undefined ? null : `${owner}/${name}`;
}
