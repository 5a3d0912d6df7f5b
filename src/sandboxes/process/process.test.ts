import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
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
