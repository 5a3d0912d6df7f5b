import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import type { Sandbox } from "../../sandbox.ts";
import { describeSandboxConformance } from "../conformance.ts";
import { opaqueLabel } from "../shared/sandbox.ts";
import { findGroups } from "./cgroups.ts";
import { readLeases } from "./leases.ts";
import { sandboxUser } from "./machine.ts";
import { namespaceSandboxes } from "./namespaces.ts";

const bases = mkdtempSync(path.join(tmpdir(), "bases-"));
afterAll(() => rmSync(bases, { recursive: true, force: true }));

interface Seen {
  readonly pid: number;
  readonly uid: number;
  readonly parent: number;
  readonly ownUsers: boolean;
  readonly ownProcesses: boolean;
}

/** Processes of the sandboxes' user that are in a user namespace other than ours. */
function sandboxProcesses(): Seen[] {
  const link = (pid: number | string, kind: string) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/${kind}`);
    } catch {
      return "";
    }
  };
  const users = link("self", "user");
  const processes = link("self", "pid");
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const status = readFileSync(`/proc/${pid}/status`, "latin1");
      if (/^State:\s+[ZX]/m.test(status)) return [];
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      const ownUsers = link(pid, "user") !== users && link(pid, "user") !== "";
      const ownProcesses = link(pid, "pid") !== processes && link(pid, "pid") !== "";
      return uid === sandboxUser()?.uid ? [{ pid, uid, parent, ownUsers, ownProcesses }] : [];
    } catch {
      return [];
    }
  });
}

const leaseOf = (folder: string, id: string) =>
  readLeases(folder).find((lease) => lease.label === opaqueLabel(id));

for (const files of ["overlay", "copy"] as const) {
  describeSandboxConformance(`namespaces (${files})`, async (folder) => ({
    provider: namespaceSandboxes({ folder, bases, files }),
    async destroy(sandbox: Sandbox) {
      process.kill(leaseOf(folder, sandbox.id)?.holder?.pid ?? 0, "SIGKILL");
    },
    async leftovers(id) {
      const processes = sandboxProcesses();
      const lease = leaseOf(folder, id);
      return [
        ...processes.map((item) => `${item.ownProcesses ? "process" : "holder"} ${item.pid}`),
        ...(lease === undefined ? [] : [`lease ${lease.label}`]),
        ...(findGroups()?.foldersOf(opaqueLabel(id)) ?? []).filter(
          (group) => lease === undefined && existsSync(group),
        ),
      ];
    },
  }));
}
