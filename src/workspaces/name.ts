/** The folder that whoever is inside sees: the repository's own name and nothing of ours. */
export function workspaceName(repository: string): string {
  const base = repository.slice(repository.lastIndexOf("/") + 1).replaceAll(/[^\w.-]/g, "-");
  const usable = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(base) && !["home", "tmp", "mnt"].includes(base);
  return usable ? base : "repository";
}
