import { lstatSync, mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import { describeWriteFailure } from "../base/files.ts";

/** Where the processes of one user on one machine meet, and where days are kept. */
export interface GovernorPlaces {
  /** Holds the socket and the lock; ours alone. */
  readonly meeting: string;
  /** Holds a file for each day. */
  readonly spend: string;
}

export function governorPlaces(environment: NodeJS.ProcessEnv = process.env): GovernorPlaces {
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  const state = environment["XDG_STATE_HOME"] || path.join(os.homedir(), ".local", "state");
  return {
    meeting: isOurs(runtime)
      ? path.join(runtime, "hybrid-gym")
      : path.join(os.tmpdir(), `hybrid-gym-${process.geteuid?.() ?? os.userInfo().username}`),
    spend: path.join(state, "hybrid-gym", "spend"),
  };
}

function isOurs(folder: string): boolean {
  const stats = folder === "" ? undefined : lstatSync(folder, { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && stats.uid === process.geteuid?.();
}

/**
 * Makes a folder that nobody else may enter, or checks that it is one: under a name that everybody foresees, others may have planted
 * theirs to be told what we call.
 * @throws EnvironmentError `folder-not-ours`, `not-writable`.
 */
export function claimPrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw describeWriteFailure(error, folder);
  }
  const stats = lstatSync(folder);
  const isPrivate = stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & 0o077) === 0;
  if (isPrivate) return;
  throw new EnvironmentError({
    code: "folder-not-ours",
    message: `${folder} is not a folder that belongs to this user alone`,
    hint: "Remove it, or set XDG_RUNTIME_DIR to a folder of your own.",
    fields: { folder },
  });
}
