import type { FileChange, FileMode, Tree } from "../../tree.ts";

/** A change of one file by replacing text in it, which must be there. */
export async function edited(
  start: Tree,
  path: string,
  from: string,
  to: string,
  mode?: FileMode,
): Promise<FileChange> {
  const content = await start.read(path);
  const text = Buffer.from(content).toString();
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  const before = { mode: start.entry(path)?.mode ?? "100644", content } as const;
  return {
    path,
    before,
    after: { mode: mode ?? before.mode, content: Buffer.from(text.replace(from, () => to)) },
  };
}

/** A new file. */
export function added(path: string, text: string): FileChange {
  return { path, after: { mode: "100644", content: Buffer.from(text) } };
}

/** A file that is gone. */
export async function removed(start: Tree, path: string): Promise<FileChange> {
  return {
    path,
    before: { mode: start.entry(path)?.mode ?? "100644", content: await start.read(path) },
  };
}
