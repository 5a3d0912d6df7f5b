import type { InstancePair } from "../instance.ts";
import type { LeakCode } from "./leak.ts";

/** The parts of a sandbox that decide what a readable file is. Paths hold one character per byte (Latin-1). */
export interface Layout {
  readonly root: string;
  readonly imports: readonly string[];
  readonly mountpoints: readonly string[];
}

/** Mounts that every sandbox has: what lies there is the sandbox's own. */
const USUAL_MOUNTS = /^(?:\/|\/tmp|\/var\/tmp|\/dev\/shm|\/home\/[^/]+|\/root|\/(?:etc|usr)(?:\/.*)?)$/;

/** What kind of leak a file would be that holds hidden text. */
export function codeOf(path: string, layout: Layout): LeakCode {
  const inGit = gitPart(path, layout.root);
  if (inGit !== undefined) {
    if (inGit.startsWith("logs/")) return "leak:reflog";
    return /(?:^|\/)(?:shared)?index[^/]*$/.test(inGit) ? "leak:index" : "leak:git-object";
  }
  if (/\.py[co]$|\/__pycache__\//.test(path)) return "leak:pyc";
  const mount = mountOf(path, layout);
  if (mount !== layout.root && !USUAL_MOUNTS.test(mount)) return "leak:mount";
  if (!isBelow(path, layout.root) && layout.imports.some((folder) => isBelow(path, folder)))
    return "leak:installed-copy";
  if (/\.(?:egg-info|dist-info|egg|whl)(?:\/|$)/.test(path)) return "leak:installed-copy";
  return /\/objects\/(?:[0-9a-f]{2}|pack)\//.test(path) ? "leak:git-object" : "leak:file";
}

/** The part of a path below the workspace's `.git`. */
export function gitPart(path: string, root: string): string | undefined {
  const start = `${root}/.git/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function mountOf(path: string, { mountpoints }: Layout): string {
  let longest = "/";
  for (const point of mountpoints) {
    if (point.length > longest.length && (path === point || isBelow(path, point))) longest = point;
  }
  return longest;
}

/** Names that any package may have: a folder so called in an import folder is no copy. */
const COMMON_NAMES = new Set(
  (
    "src lib python tests test testing docs doc examples example scripts script tools tool utils util bin benchmarks bench setup conftest " +
    "conf config common core main version __init__ __main__"
  ).split(" "),
);

/** The modules whose code an instance is about, as paths below an import folder: `requests/adapters.py`. */
export function modulesOf({ secret }: InstancePair): Set<string> {
  const paths = [...secret.start, ...secret.solution].map((edit) => edit.path);
  const modules = paths.map((path) => path.replace(/^(?:src|lib|python)\//i, ""));
  return new Set(modules.filter((path) => !COMMON_NAMES.has(topOf(path))));
}

function topOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.[^.]*$/, "").toLowerCase();
}

/** Whether a file is the module as an installed package would have it. */
export function isInstalledModule(path: string, modules: ReadonlySet<string>, layout: Layout): boolean {
  if (isBelow(path, layout.root)) return false;
  return layout.imports.some((folder) => {
    const start = folder.endsWith("/") ? folder : `${folder}/`;
    return path.startsWith(start) && modules.has(Buffer.from(path.slice(start.length), "latin1").toString());
  });
}

/** Names under which a distribution may keep a package: documentation, sources, copies. */
export function packageNames(pairs: readonly InstancePair[]): Set<string> {
  const names = new Set<string>();
  for (const pair of pairs) {
    const repository = pair.instance.repository.name;
    for (const name of [
      repository.slice(repository.lastIndexOf("/") + 1),
      ...[...modulesOf(pair)].map(topOf),
    ])
      if (!COMMON_NAMES.has(name.toLowerCase())) names.add(foldName(name));
  }
  return names;
}

/** Whether a part of a system path is a package's name, with what distributions put around it (`python3-requests`, `requests-2.31`). */
export function namesPackage(path: string, names: ReadonlySet<string>): boolean {
  return path
    .split("/")
    .some((part) => names.has(foldName(part.replace(/^python3?-/, "").replace(/[-_.]?v?\d.*$/, ""))));
}

function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
