import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { listFolder } from "../base/files.ts";

/** A repository's references, read as files, so that nothing of the repository takes part in reading them. */
export interface References {
  /** Full name (`refs/heads/main`) to object id. */
  readonly ids: ReadonlyMap<string, string>;
  /** What HEAD points at, if that exists. */
  readonly head: string | undefined;
}

const ID = /^[0-9a-f]{40}$/;
// No blanks or control characters: a name goes into a line of packed-refs.
// oxlint-disable-next-line no-control-regex
const NAME = /^refs\/[^\x00-\x20\x7f~^:?*[\\]+$/;

/** `gitDirectory` holds HEAD; `commonDirectory` the references (another folder only for linked work trees). */
export async function readReferences(gitDirectory: string, commonDirectory: string): Promise<References> {
  const ids = await readPacked(commonDirectory);
  const symbolic = new Map<string, string>();
  await readLoose(commonDirectory, "refs", (name, value) => {
    if (ID.test(value)) ids.set(name, value);
    else if (value.startsWith("ref: ")) symbolic.set(name, value.slice(5).trim());
  });
  const follow = (name: string, depth = 0): string | undefined => {
    const next = symbolic.get(name);
    return next === undefined || depth > 5 ? ids.get(name) : follow(next, depth + 1);
  };
  for (const name of symbolic.keys()) {
    const id = follow(name);
    if (id !== undefined) ids.set(name, id);
  }
  const head = await readText(path.join(gitDirectory, "HEAD"));
  return { ids, head: ID.test(head) ? head : follow(head.replace(/^ref:\s*/, "")) };
}

async function readPacked(folder: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const line of (await readText(path.join(folder, "packed-refs"))).split("\n")) {
    const id = line.slice(0, 40);
    const name = line.slice(41).trim();
    if (ID.test(id) && NAME.test(name)) ids.set(name, id);
  }
  return ids;
}

async function readLoose(
  folder: string,
  name: string,
  found: (name: string, value: string) => void,
): Promise<void> {
  const place = path.join(folder, name);
  if ((await listFolder(place)) === undefined) return;
  for (const item of await readdir(place, { withFileTypes: true })) {
    const child = `${name}/${item.name}`;
    if (item.isDirectory()) await readLoose(folder, child, found);
    else if (item.isFile() && NAME.test(child)) found(child, await readText(path.join(place, item.name)));
  }
}

async function readText(file: string): Promise<string> {
  return (await readFile(file, "utf8").catch(() => "")).trim();
}

/** The references as the text of a `packed-refs` file. */
export function packedReferences(references: References): string {
  const names = [...references.ids.keys()].sort();
  return names.map((name) => `${references.ids.get(name)} ${name}\n`).join("");
}
