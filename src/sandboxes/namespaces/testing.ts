import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { opaqueLabel } from "../shared/sandbox.ts";
import { findGroups } from "./cgroups.ts";
import { type Lease, readLeases } from "./leases.ts";
import { sandboxUser } from "./machine.ts";

/** Processes of sandboxes, by their user and namespaces: `process` runs inside, `holder` keeps files or starts something. */
export function sandboxProcesses(): { readonly pid: number; readonly kind: "process" | "holder" }[] {
  const outside = { user: namespaceOf("self", "user"), pid: namespaceOf("self", "pid") };
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || uidOf(pid) !== sandboxUser()?.uid) return [];
    const user = namespaceOf(pid, "user");
    const processes = namespaceOf(pid, "pid");
    if (user === "" || processes === "" || user === outside.user) return [];
    return [{ pid, kind: processes === outside.pid ? ("holder" as const) : ("process" as const) }];
  });
}

function namespaceOf(pid: number | string, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return "";
  }
}

/** Who a living process runs as; undefined when it is gone or only waits to be seen off. */
function uidOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return /^State:\s+[ZX]/m.test(status) ? undefined : Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}

export function leaseOf(folder: string, id: string): Lease | undefined {
  return readLeases(folder).find((lease) => lease.label === opaqueLabel(id));
}

/** What is left on the machine of a sandbox that runs alone. */
export function leftovers(folder: string, id: string): string[] {
  const lease = leaseOf(folder, id);
  const groups = findGroups()?.foldersOf(opaqueLabel(id)) ?? [];
  return [
    ...sandboxProcesses().map((item) => `${item.kind} ${item.pid}`),
    ...(lease === undefined ? [] : [`lease ${lease.label}`]),
    ...groups.filter((group) => existsSync(group)).map((group) => `control group ${group}`),
  ];
}
