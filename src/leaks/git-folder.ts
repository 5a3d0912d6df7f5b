import type { Found, Inside } from "./inside.ts";
import type { Leak, LeakCode } from "./leak.ts";
import { gitPart } from "./places.ts";
import type { Ids } from "./traces.ts";

/** Files of the workspace's `.git` that a sealed start state has none of, by what they would be. */
const STRANGERS: readonly { readonly pattern: RegExp; readonly code: LeakCode }[] = [
  { pattern: /^logs\//, code: "leak:reflog" },
  { pattern: /^refs\/(?!heads\/main$)|^packed-refs$|^[A-Z_]+_HEAD$|^shallow$/, code: "leak:git-ref" },
  { pattern: /^objects\/info\/(?:http-)?alternates$/, code: "leak:git-config" },
  { pattern: /^(?:worktrees|modules|lost-found|rebase-merge|rebase-apply)\//, code: "leak:git-ref" },
];

/** What the names of the workspace's git files tell. */
export function strangeGitFiles(paths: Iterable<string>, root: string): Leak[] {
  const leaks: Leak[] = [];
  for (const path of paths) {
    const part = gitPart(path, root);
    if (part === undefined) continue;
    for (const { pattern, code } of STRANGERS) if (pattern.test(part)) leaks.push({ code, where: path });
  }
  return leaks;
}

/** A remote, or a place to take objects or settings from. */
export function isOpenConfig(config: string): boolean {
  return /^\s*\[(?:remote|include|includeif|branch|submodule)\b/im.test(config);
}

/** Git folders among the files of a sandbox. */
export function gitFoldersOf(paths: ReadonlySet<string>): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const match = /^(.*)\/objects\/(?:[0-9a-f]{2}|pack)\/[^/]+$/s.exec(path);
    if (match?.[1] !== undefined && paths.has(`${match[1]}/HEAD`)) folders.add(match[1]);
  }
  return [...folders];
}

/**
 * Holds the workspace's object store and index against the start tree: anything that is not of it is history. Objects count
 * wherever they are kept, reachable or not. Other git folders have their objects' contents read, by `judge`.
 */
export async function historyOf(
  inside: Inside,
  folders: readonly string[],
  root: string,
  ids: Ids,
  judge: (content: Buffer) => boolean,
): Promise<Leak[]> {
  const own = `${root}/.git`;
  const leaks: Leak[] = [];
  for (const { kind, name, value } of await inside.gitFolders([...new Set([own, ...folders])])) {
    if (kind === "broken") {
      if (folders.includes(name)) leaks.push({ code: "leak:unproved", where: `${name}: git cannot read it` });
    } else if (kind === "index") leaks.push(...strangeIndex(name, value, ids));
    else if (name === own) leaks.push(...strangeObjects(value, ids));
    else if (await anyObject(inside, { name, value }, judge))
      leaks.push({ code: "leak:git-object", where: name });
  }
  return leaks;
}

function strangeObjects(list: Buffer, ids: Ids): Leak[] {
  const leaks: Leak[] = [];
  for (const row of list.toString("latin1").split("\n")) {
    const [id = "", kind = ""] = row.split(" ");
    if (id === "" || ids.allowed.has(id)) continue;
    const isHistory = kind === "commit" || kind === "tag";
    leaks.push({ code: isHistory ? "leak:later-commit" : "leak:git-object", where: `${kind} ${id}` });
  }
  return leaks;
}

function strangeIndex(folder: string, list: Buffer, ids: Ids): Leak[] {
  const rows = list
    .toString("latin1")
    .split("\0")
    .filter((row) => row !== "");
  const strange = rows.filter((row) => !ids.allowed.has(row.split(" ")[1] ?? ""));
  return strange.map((row): Leak => ({ code: "leak:index", where: `${folder}: ${row.split("\t")[1]}` }));
}

const OBJECTS_AT_ONCE = 2000;

async function anyObject(
  inside: Inside,
  { name, value }: Pick<Found, "name" | "value">,
  judge: (content: Buffer) => boolean,
): Promise<boolean> {
  const all = value.toString("latin1").match(/^[0-9a-f]{40}/gm) ?? [];
  for (let at = 0; at < all.length; at += OBJECTS_AT_ONCE) {
    if (judge(await inside.gitObjects(name, all.slice(at, at + OBJECTS_AT_ONCE)))) return true;
  }
  return false;
}
