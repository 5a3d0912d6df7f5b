import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { describeWriteFailure } from "./files.ts";

/**
 * Makes a folder that other users may enter and only we may write, or checks that it is one: in a folder for everybody's temporary
 * files, others may have planted one under a name that they foresaw. Returns what is wrong with it.
 */
export function claimSharedFolder(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw describeWriteFailure(error, folder);
  }
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) return "it is not a folder";
  if (stats.uid !== process.geteuid?.()) return "it belongs to another user";
  if ((stats.mode & 0o022) !== 0) return "others may write to it";
  if ((stats.mode & 0o055) !== 0o055) chmodSync(folder, 0o755);
  return undefined;
}
