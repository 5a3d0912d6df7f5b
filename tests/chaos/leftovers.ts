import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Site } from "./ground.ts";

export interface Leftovers {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly temporary: readonly string[];
  readonly run: readonly string[];
}

const PATIENCE_MS = 10_000;

/** What is there of a site after its run has ended. Processes that were sent their signal get the time to go. */
export async function findLeftovers(site: Site): Promise<Leftovers> {
  const deadline = performance.now() + PATIENCE_MS;
  let processes = processesOf(site.folder);
  while (processes.length > 0 && performance.now() < deadline) {
    await delay(20);
    processes = processesOf(site.folder);
  }
  return {
    processes,
    mounts: textOf("/proc/self/mountinfo")
      .split("\n")
      .filter((line) => line.includes(site.folder)),
    temporary: outermost(filesIn(site.temporary).filter((name) => !MAY_STAY.test(name))),
    run: filesIn(site.run).filter((name) => /\.tmp$|\.lock/.test(name)),
  };
}

/** The folder of leases and of sandboxes, and that in which runs of a machine meet, empty; start states, which are a cache (`hybrid-gym du` lists them, `gc` removes them). */
const MAY_STAY = /^(work|hybrid-gym)-\d+\/?$|^start-states-\d+(\/|$)/;

/** Without what lies in another one. */
function outermost(names: readonly string[]): string[] {
  return names.filter((name) => !names.some((other) => name.startsWith(`${other}/`)));
}

/** Files and folders below a folder. */
function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];
}

/** Living processes that know of a folder: by command line, environment, working folder or what is mounted for them. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc").flatMap((id) => {
    if (!/^\d+$/.test(id) || Number(id) === process.pid) return [];
    const command = textOf(`/proc/${id}/cmdline`).replaceAll("\0", " ");
    const known = [
      command,
      textOf(`/proc/${id}/environ`),
      linkOf(`/proc/${id}/cwd`),
      textOf(`/proc/${id}/mountinfo`),
    ];
    const isGone = /\) [ZX] /.test(textOf(`/proc/${id}/stat`));
    return !isGone && known.some((text) => text.includes(folder)) ? [`${id} ${command}`] : [];
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

const leaseSchema = z.looseObject({ groups: z.array(z.string()) });

/** The control groups that leases of a site name. */
export function groupsOf(site: Site): string[] {
  return filesIn(site.temporary)
    .filter((name) => name.endsWith(".json") && name.includes("leases/"))
    .flatMap((name) => {
      const lease = leaseSchema.safeParse(JSON.parse(textOf(path.join(site.temporary, name)) || "null"));
      return lease.success ? lease.data.groups : [];
    });
}
