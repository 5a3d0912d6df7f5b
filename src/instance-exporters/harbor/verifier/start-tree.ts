import { readFile } from "node:fs/promises";
import { untarMembers, type UntarredMember } from "../../../base/untar.ts";
import { memoryTree, type MemoryFile } from "../../../trees/make-tree.ts";
import type { Tree } from "../../../tree.ts";

/** The start state in an archive that `writeTreeArchive` made. @throws RangeError for one that is damaged, or holds another tree. */
export async function readStartTree(archive: string, id: string): Promise<Tree> {
  const members = [...untarMembers(await readFile(archive))];
  const tree = memoryTree(Object.fromEntries(members.map((member) => [member.path, fileOf(member)])));
  if (tree.id !== id) throw new RangeError(`${archive} holds the tree ${tree.id}, not ${id}`);
  return tree;
}

function fileOf({ type, mode, content }: UntarredMember): MemoryFile {
  if (type === "2") return { mode: "120000", content };
  return { mode: (mode & 0o100) === 0 ? "100644" : "100755", content };
}
