import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/command-line.ts";
import { openEmptyWorkspace } from "../../workspaces/empty.ts";
import { describeSandboxConformance } from "../conformance.ts";
import { opaqueLabel } from "../shared/sandbox.ts";
import { livingProcesses, processSandboxes } from "./process.ts";

describeSandboxConformance("process", async (folder) => ({
  provider: processSandboxes({ folder }),
  destroy: (sandbox) => rm(path.dirname(sandbox.root), { recursive: true, force: true }),
  leftovers: async (id) => [
    ...livingProcesses(id).map((process) => `process ${process}`),
    ...(existsSync(path.join(folder, opaqueLabel(id))) ? [`folder of ${id}`] : []),
  ],
}));

test("the level process has no mounts and no egress to give, and says so", async () => {
  await using folder = await temporaryFolder();
  await using workspace = await openEmptyWorkspace(folder.path);
  const provider = processSandboxes({ folder: folder.file("boxes") });
  const start = { id: folder.path, workspace };
  const refusals = [
    provider.start({ ...start, mounts: [{ source: "/usr", target: "/opt/usr" }] }),
    provider.start({ ...start, egress: { socket: folder.file("out.sock") } }),
  ];
  for (const refusal of refusals)
    await expect(refusal).rejects.toMatchObject({ code: "sandbox-start-failed" });
  expect(existsSync(folder.file("boxes"))).toBe(false);
});
