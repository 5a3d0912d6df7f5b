import path from "node:path";

/** `owner/name` from a git URL (its last two parts); undefined for a local path. */
export function nameFromUrl(url: string): string | undefined {
  const address = /^[a-z+]+:\/\/[^/]+\/(.+)$/i.exec(url)?.[1] ?? /^[^/:]+:(?!\/\/)(.+)$/.exec(url)?.[1];
  if (address === undefined || url.startsWith("file:")) return undefined;
  const parts = address
    .replace(/[?#].*$/s, "")
    .split("/")
    .filter((part) => part !== "");
  const last = parts.pop()?.replace(/\.git$/, "");
  if (last === undefined || last === "") return undefined;
  const owner = parts.pop();
  return owner === undefined ? last : `${owner}/${last}`;
}

/** The name of a folder without git's ending. */
export function nameFromFolder(folder: string): string {
  const parts = path.resolve(folder).split(path.sep);
  const last = parts.pop() ?? "";
  const name = last === ".git" ? (parts.pop() ?? "") : last.replace(/\.git$/, "");
  return name === "" ? "repository" : name;
}

/** A URL fit to be written down: no user, password or token. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, "$1");
}

/** Whether a source names a repository on another machine. */
export function isRemoteUrl(source: string): boolean {
  return /^(https?|ssh|git):\/\//i.test(source) || /^[\w.-]+@[\w.-]+:[^/]?/.test(source);
}
