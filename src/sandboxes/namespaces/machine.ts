import { accessSync, constants, readFileSync } from "node:fs";
import type { BaseOwner } from "../../workspaces/base.ts";

/** The programs that this level starts on the machine itself, by their full paths. */
export interface Programs {
  readonly bwrap: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly setpriv: string;
  readonly prlimit: string;
  readonly bash: string;
}

export const PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/** Where each program is, or the first that is missing. */
export function findPrograms(): Programs | { readonly missing: string } {
  const found = new Map<string, string>();
  for (const name of ["bwrap", "unshare", "nsenter", "setpriv", "prlimit", "bash", "tar", "mount"]) {
    const place = PATH.split(":").find((folder) => isProgram(`${folder}/${name}`));
    if (place === undefined) return { missing: name };
    found.set(name, `${place}/${name}`);
  }
  const at = (name: string) => found.get(name) ?? name;
  return {
    bwrap: at("bwrap"),
    unshare: at("unshare"),
    nsenter: at("nsenter"),
    setpriv: at("setpriv"),
    prlimit: at("prlimit"),
    bash: at("bash"),
  };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ids that no account, service manager or container range uses; the second for user namespaces with 65,536 ids. */
const UNUSED_IDS = [1_987_654_321, 64_321];

/**
 * Who runs what is inside: root always becomes somebody who owns nothing else on the machine, anybody else stays
 * who they are. Undefined when root may become nobody (a user namespace that knows root alone).
 */
export function sandboxUser(): BaseOwner | undefined {
  const uid = process.geteuid?.() ?? -1;
  const gid = process.getegid?.() ?? -1;
  if (uid !== 0) return { uid, gid };
  const id = UNUSED_IDS.find((candidate) => isMapped("uid_map", candidate) && isMapped("gid_map", candidate));
  return id === undefined ? undefined : { uid: id, gid: id };
}

function isMapped(map: string, id: number): boolean {
  try {
    return readFileSync(`/proc/self/${map}`, "latin1")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .some(([first = 0, , count = 0]) => id >= first && id < first + count);
  } catch {
    return false;
  }
}

/** The ids to start a program with so that it runs as `user`; none when we are that user. */
export function startedAs(user: BaseOwner): { readonly uid?: number; readonly gid?: number } {
  return process.geteuid?.() === user.uid ? {} : { uid: user.uid, gid: user.gid };
}
