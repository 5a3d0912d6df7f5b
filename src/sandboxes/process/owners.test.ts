import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeTestWorkspace } from "../../workspaces/testing/workspace.ts";
import { readOwners, reapProcessSandboxes } from "./owners.ts";
import { livingProcesses, processSandboxes } from "./process.ts";

const OWNER = `
import { makeTestWorkspace } from ${JSON.stringify(fileURLToPath(new URL("../../workspaces/testing/workspace.ts", import.meta.url)))};
import { livingProcesses, processSandboxes } from ${JSON.stringify(fileURLToPath(new URL("./process.ts", import.meta.url)))};
const workspace = await makeTestWorkspace({ "a.txt": "a\\n" });
const sandbox = await processSandboxes({ folder: process.argv[2] }).start({ id: "orphan", workspace });
void sandbox.exec(["bash", "-c", "setsid sleep 1000 & sleep 1000"]);
const watch = setInterval(() => {
  if (livingProcesses("orphan").length < 2) return;
  clearInterval(watch);
  console.log("ready");
}, 20);
`;

test("what a killed owner left is reaped, what others use and what is not ours stays", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "owners-"));
  try {
    const script = path.join(folder, "owner.mts");
    await writeFile(script, OWNER);
    const boxes = path.join(folder, "boxes");
    const child = spawn(process.execPath, [script, boxes], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    await using workspace = await makeTestWorkspace({ "a.txt": "a\n" });
    await using sandbox = await processSandboxes({ folder: boxes }).start({ id: "living", workspace });
    await writeFile(path.join(boxes, "notes.txt"), "somebody else's");
    expect(livingProcesses("orphan").length).toBeGreaterThan(0);

    const { reaped } = await reapProcessSandboxes(boxes);
    expect(reaped).toEqual([expect.objectContaining({ owner: child.pid, alive: false })]);
    expect(livingProcesses("orphan")).toEqual([]);
    expect(readOwners(boxes)).toEqual([expect.objectContaining({ owner: process.pid, alive: true })]);
    expect((await readdir(boxes)).length).toBe(3);
    expect((await sandbox.exec(["cat", "a.txt"])).exitCode).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
