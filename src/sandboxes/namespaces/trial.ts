import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../../base/errors.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../../base/owned-folder.ts";
import { memoryTree } from "../../trees/make-tree.ts";
import type { Base } from "../../workspaces/base.ts";
import { execute } from "../shared/execute.ts";
import { DEFAULT_LIMITS } from "../shared/limits.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { findGroups } from "./cgroups.ts";
import { type FilesKind, startHolder } from "./holder.ts";
import { createLauncher } from "./launch.ts";
import { findPrograms, type Programs, sandboxUser } from "./machine.ts";
import { seccompFilter } from "./seccomp.ts";
import { shareBytes } from "./shared-file.ts";

/** What this machine gives, found out by starting a sandbox of one file. */
export type Trial =
  | { readonly available: true; readonly files: FilesKind; readonly detail: string }
  | { readonly available: false; readonly reason: string; readonly fix: string };

/** @param wanted the one way to try; without it the better one first. Never throws. */
export async function tryOut(wanted: FilesKind | undefined): Promise<Trial> {
  if (process.platform !== "linux")
    return no("Linux alone has these namespaces", "Use Linux, or a container.");
  const programs = findPrograms();
  if ("missing" in programs) {
    const where = programs.missing === "bwrap" ? "bubblewrap" : "util-linux, tar, bash";
    return no(`${programs.missing} is not installed`, `apt-get install ${where} (or your system's way)`);
  }
  let failure = "";
  for (const files of wanted === undefined ? (["overlay", "copy"] as const) : [wanted]) {
    try {
      await runOnce(programs, files);
      return { available: true, files, detail: describe(files) };
    } catch (error) {
      failure = messageOf(error);
    }
  }
  return explain(failure);
}

const ROOT = "/workspace/trial";

/** What an overlay needs most: whiteouts, and extended attributes for a new folder in the place of an old one. */
const NEEDED = "test ! -e file && rm -r folder && mkdir folder && test ! -e folder/file";

async function runOnce(programs: Programs, files: FilesKind): Promise<void> {
  const user = sandboxUser();
  if (user === undefined) throw new Error("root cannot become another user");
  const owned = await makeOwnedFolder("w-");
  const folder = path.join(owned, "g");
  try {
    // The sandbox's user gets in.
    chmodSync(owned, 0o755);
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, "file"), "");
    mkdirSync(path.join(folder, "folder"));
    writeFileSync(path.join(folder, "folder", "file"), "");
    chmodSync(path.join(folder, "folder"), 0o755);
    if (process.geteuid?.() !== user.uid) chownSync(path.join(folder, "folder"), user.uid, user.gid);
    const base: Base = { tree: memoryTree({}), files: folder, isPresent: () => true };
    const limits = { ...DEFAULT_LIMITS, diskBytes: 1024 * 1024 };
    const seed = async () => ({ deleted: ["file"], folders: [], files: [], commit: "" });
    const options = { programs, user, base, files, diskBytes: limits.diskBytes, maxInodes: 100, prefix: [] };
    const holder = await startHolder(options, seed);
    const filter = seccompFilter(process.arch);
    const shared = [shareBytes(Buffer.from(`${bubblewrapArguments(ROOT, false).join("\0")}\0`))];
    if (filter !== undefined) shared.push(shareBytes(filter));
    try {
      const [fixed = shareBytes(Buffer.alloc(0)), program] = shared;
      const launcher = createLauncher({
        programs,
        user,
        holder,
        limits,
        fixed,
        filter: program,
        prefix: [],
        groupsLimitProcesses: false,
        check() {},
      });
      const result = await execute(launcher, "trial", ["bash", "-c", NEEDED], {
        cwd: ROOT,
        timeoutMs: 20_000,
      });
      if (result.exitCode !== 0)
        throw new Error(Buffer.from(result.stderr).toString("utf8") || "a file came back");
    } finally {
      await holder.end();
      for (const file of shared) file.close();
    }
  } finally {
    await removeOwnedFolder(owned);
  }
}

function describe(files: FilesKind): string {
  const limits = findGroups()?.detail;
  return [
    files === "overlay" ? "namespaces" : "namespaces (copied tree)",
    limits === undefined
      ? "limits per process only (no writable control groups)"
      : `limits together: ${limits}`,
    ...(seccompFilter(process.arch) === undefined ? [`no system call filter for ${process.arch}`] : []),
  ].join("; ");
}

function explain(failure: string): Trial {
  if (/another user/.test(failure)) {
    return no(
      "root cannot become another user here (a container whose user namespace has one user)",
      "Run as a normal user, or give the container a range of user ids.",
    );
  }
  if (readSetting("kernel/unprivileged_userns_clone") === "0")
    return no("unprivileged user namespaces are off", "sysctl -w kernel.unprivileged_userns_clone=1");
  if (readSetting("user/max_user_namespaces") === "0")
    return no("user namespaces are off", "sysctl -w user.max_user_namespaces=15000");
  if (readSetting("kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return no(
      "AppArmor restricts unprivileged user namespaces",
      "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile that allows userns for bwrap and unshare",
    );
  }
  if (/unshare failed|Operation not permitted|Permission denied/.test(failure)) {
    return no(
      `the kernel or a container around us refuses: ${failure}`,
      "In a container: allow user namespaces and an unmasked /proc (Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined).",
    );
  }
  return no(failure, "See docs/sandbox.md for what this level needs.");
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return undefined;
  }
}

function no(reason: string, fix: string): Trial {
  return { available: false, reason, fix };
}
