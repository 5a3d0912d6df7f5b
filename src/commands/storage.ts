import { lstat, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { programsFolder } from "../agents/external/install.ts";
import { isRunning } from "../base/lock.ts";
import { reapOwnedFolders } from "../base/owned-folder.ts";
import { environmentsFolder } from "../environments/shelf.ts";
import { reapContainers } from "../sandboxes/container/container.ts";
import { readLeases, reapSandboxes } from "../sandboxes/namespaces/leases.ts";
import { readOwners, reapProcessSandboxes } from "../sandboxes/process/owners.ts";
import { defaultCache } from "./part-options.ts";
import { sandboxFolder } from "./isolation.ts";

/** One thing that we keep only to be quicker the next time. */
export interface Stored {
  /** `repository`: an imported tree. `start-state`: files that sandboxes of one tree share. `agent`: an installed program. `environment`: packages of a repository. `remains`: what a killed process was preparing. */
  readonly kind: "repository" | "start-state" | "agent" | "environment" | "remains";
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
  /** Days since it was last written. */
  readonly days: number;
}

export interface StorageOptions {
  readonly cache?: string;
  readonly bases?: string;
  readonly programs?: string;
  readonly environments?: string;
}

const NAMES: readonly { kind: Stored["kind"]; place: keyof StorageOptions; pattern: RegExp }[] = [
  { kind: "repository", place: "cache", pattern: /^[0-9a-f]{40}\.git$/ },
  { kind: "remains", place: "cache", pattern: /^preparing-/ },
  { kind: "start-state", place: "bases", pattern: /^[0-9a-f]{32}$/ },
  { kind: "remains", place: "bases", pattern: /^[0-9a-f]{32}\..+|^preparing-/ },
  { kind: "agent", place: "programs", pattern: /^[a-z][a-z-]*-\d[\w.]*-[0-9a-f]{12}$/ },
  { kind: "remains", place: "programs", pattern: /^preparing-|\.doomed-\d+$/ },
  { kind: "environment", place: "environments", pattern: /^[0-9a-f]{24}$/ },
  { kind: "remains", place: "environments", pattern: /^preparing-|\.doomed-\d+$/ },
];

function placesOf(options: StorageOptions): Required<StorageOptions> {
  return {
    cache: options.cache ?? defaultCache(),
    bases: options.bases ?? path.join(tmpdir(), `start-states-${process.geteuid?.()}`),
    programs: options.programs ?? programsFolder(),
    environments: options.environments ?? environmentsFolder(),
  };
}

/** What the caches hold; only what carries our names is looked at. */
export async function listStorage(options: StorageOptions = {}): Promise<Stored[]> {
  const places = placesOf(options);
  const result: Stored[] = [];
  for (const { kind, place, pattern } of NAMES) {
    const folder = places[place];
    for (const name of (await readdir(folder).catch(() => [])).sort()) {
      if (pattern.test(name))
        result.push({ kind, path: path.join(folder, name), ...(await measure(path.join(folder, name))) });
    }
  }
  return result;
}

async function measure(folder: string): Promise<{ bytes: number; files: number; days: number }> {
  let bytes = 0;
  let files = 0;
  const { mtimeMs } = await lstat(folder);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const stats = await lstat(path.join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += (stats?.blocks ?? 0) * 512;
    files++;
  }
  return { bytes, files, days: Math.max(0, (Date.now() - mtimeMs) / 86_400_000) };
}

export interface Collected {
  readonly removed: readonly Stored[];
  /** Left because a living process's sandboxes may use it. */
  readonly inUse: readonly Stored[];
}

/** Removes what was not written for `olderThanDays`; start states only while no sandbox lives. */
export async function collectStorage(
  olderThanDays: number,
  options: StorageOptions = {},
): Promise<Collected> {
  const living = readLeases(sandboxFolder()).some(({ owner }) => isRunning(owner.pid, owner.started));
  await reapOwnedFolders();
  const removed: Stored[] = [];
  const inUse: Stored[] = [];
  for (const stored of await listStorage(options)) {
    if (stored.days < olderThanDays) continue;
    if (stored.kind !== "repository" && living) {
      inUse.push(stored);
      continue;
    }
    // Renamed first, so that no reader ever finds half of it under its name.
    const doomed = `${stored.path}.doomed-${process.pid}`;
    await rename(stored.path, doomed);
    await rm(doomed, { recursive: true, force: true });
    removed.push(stored);
  }
  return { removed, inUse };
}

export interface SandboxListing {
  readonly label: string;
  readonly owner: number;
  readonly alive: boolean;
  readonly created: string;
}

/** Sandboxes of the levels `namespaces` and `process`; an engine lists its own containers. */
export function listSandboxes(): SandboxListing[] {
  const folder = sandboxFolder();
  const leases = readLeases(folder).map(({ label, owner, created }) => ({
    label,
    owner: owner.pid,
    alive: isRunning(owner.pid, owner.started),
    created,
  }));
  return [...leases, ...readOwners(folder)];
}

/** Removes what belongs to sandboxes of dead owners, at every level, and temporary folders of theirs, and nothing else. */
export async function reap(): Promise<readonly { label: string; owner: number; created: string }[]> {
  const folder = sandboxFolder();
  const levels = await Promise.all([
    reapSandboxes(folder),
    reapContainers(folder),
    reapProcessSandboxes(folder),
  ]);
  await reapOwnedFolders();
  return levels.flatMap(({ reaped }) => reaped);
}
