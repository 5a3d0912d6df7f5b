import { chmodSync, lutimesSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { git } from "../repositories/git.ts";
import type { Workspace } from "../workspace.ts";

/** Every file and the one commit carry this date, so that two copies of one start state look the same. */
export const START_DATE = new Date("2024-01-01T00:00:00Z");

/** Who made the one commit. */
export const START_AUTHOR = { name: "Workspace", email: "workspace@localhost" } as const;

/** Its date, as git writes it. */
export const START_STAMP = `${START_DATE.getTime() / 1000} +0000`;

const IDENTITY = `${START_AUTHOR.name} <${START_AUTHOR.email}> ${START_STAMP}`;

/** What the one commit says. */
export const START_MESSAGE = "start";

export const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tcheckStat = minimal
\ttrustctime = false
[gc]
\tauto = 0
`;

/**
 * The highest-ranking attributes. The files are the tree's raw bytes; a tree's own `.gitattributes` (line
 * ends, `$Id$`, filters, encodings) would make git see differences that are not there.
 */
export const ATTRIBUTES = "* -text -ident -filter !eol !working-tree-encoding\n";

/** The one commit of a start state, as git stores it. */
export function startCommit(treeId: string): string {
  return `tree ${treeId}\nauthor ${IDENTITY}\ncommitter ${IDENTITY}\n\n${START_MESSAGE}\n`;
}

/**
 * Makes `.git` in a folder: the objects of the workspace's tree, one commit on `main`, no other ref, no
 * reflog, remote, hook or history. The index is empty until `indexFiles`.
 */
export async function writeGitFolder(workspace: Workspace, folder: string): Promise<void> {
  const own = path.join(folder, ".git");
  for (const part of [
    "",
    "info",
    "objects",
    "objects/info",
    "objects/pack",
    "refs",
    "refs/heads",
    "refs/tags",
  ]) {
    mkdirSync(path.join(own, part));
  }
  writeFileSync(path.join(own, "config"), CONFIG);
  writeFileSync(path.join(own, "info/attributes"), ATTRIBUTES);
  writeFileSync(path.join(own, "HEAD"), "ref: refs/heads/main\n");
  // Packed from here with the source's objects borrowed: git cannot move a pack to another file system.
  await git(own, ["pack-objects", "--revs", "-q", path.join(own, "objects/pack/pack")], {
    stdin: `${workspace.tree.id}\n`,
    environment: {
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(path.resolve(workspace.gitDirectory, "objects")),
    },
  });
  const commit = startCommit(workspace.tree.id);
  const id = await git(own, ["hash-object", "-t", "commit", "-w", "--stdin"], { stdin: commit });
  writeFileSync(path.join(own, "refs/heads/main"), id);
}

/** Prepares the index for files that are in place with their final times, so that the first `git status` is quick. */
export async function indexFiles(workspace: Workspace, folder: string): Promise<void> {
  const own = path.join(folder, ".git");
  await git(own, ["read-tree", workspace.tree.id]);
  await git(own, ["update-index", "-q", "--refresh"], { environment: { GIT_WORK_TREE: folder } });
  setTimes(own);
  // Git trusts an entry only when its file is older than the index.
  const later = new Date(START_DATE.getTime() + 1000);
  lutimesSync(path.join(own, "index"), later, later);
}

/** Fixed times and plain modes for everything in `.git`. */
function setTimes(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) setTimes(file);
    else chmodSync(file, 0o644);
    lutimesSync(file, START_DATE, START_DATE);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, START_DATE, START_DATE);
}
