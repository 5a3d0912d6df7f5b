import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { opaqueLabel } from "../shared/sandbox.ts";
import { findGroups } from "./cgroups.ts";
import { type Lease, readLeases } from "./leases.ts";
import { sandboxUser } from "./machine.ts";

interface SandboxProcess {
  readonly pid: number;
  /** A `process` runs inside, a `holder` keeps files or starts something. */
  readonly kind: "process" | "holder";
}

/** Processes of sandboxes that this process or one that it started uses, or that nobody uses any more. */
export function sandboxProcesses(): SandboxProcess[] {
  const outside = { user: namespaceOf("self", "user"), pid: namespaceOf("self", "pid") };
  const parents = new Map<number, number>();
  const found = new Map<number, SandboxProcess>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const status = Number.isInteger(pid) ? statusOf(pid) : undefined;
    if (status === undefined) continue;
    parents.set(pid, status.parent);
    const user = namespaceOf(pid, "user");
    const processes = namespaceOf(pid, "pid");
    if (status.uid !== sandboxUser()?.uid || user === "" || processes === "" || user === outside.user)
      continue;
    found.set(pid, { pid, kind: processes === outside.pid ? "holder" : "process" });
  }
  const isOurs = (pid: number): boolean => {
    let above = pid;
    while (found.has(above)) above = parents.get(above) ?? 1;
    if (above === 1) return true;
    while (above > 1 && above !== process.pid) above = parents.get(above) ?? 1;
    return above === process.pid;
  };
  return [...found.values()].filter((item) => isOurs(item.pid));
}

function namespaceOf(pid: number | string, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return "";
  }
}

/** Who a living process runs as and who started it; undefined when it is gone or only waits to be seen off. */
function statusOf(pid: number): { readonly uid: number; readonly parent: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    if (/^State:\s+[ZX]/m.test(status)) return undefined;
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
    return { uid: field("Uid"), parent: field("PPid") };
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
