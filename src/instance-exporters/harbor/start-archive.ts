import { open } from "node:fs/promises";
import { TAR_END, tarMember } from "../../base/tar.ts";
import type { Tree } from "../../tree.ts";
import { START_DATE } from "../../workspaces/git-folder.ts";

/** A tree's files and links as an archive. Not compressed: the bytes that compression gives differ from machine to machine. */
export async function writeTreeArchive(tree: Tree, file: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    for (const { path, mode } of tree.entries) {
      const kind = mode === "120000" ? "link" : "file";
      const rights = mode === "100644" ? 0o644 : kind === "link" ? 0o777 : 0o755;
      const member = { path, kind, mode: rights, date: START_DATE, content: await tree.read(path) } as const;
      await handle.writev(tarMember(member).filter((part) => part.byteLength > 0));
    }
    await handle.write(TAR_END);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
