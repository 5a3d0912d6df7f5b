import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describeStoreConformance } from "../conformance.ts";
import { CHECKPOINT } from "./layout.ts";
import { openLocalStore } from "./store.ts";

describeStoreConformance("a run folder", async () => {
  const run = await mkdtemp(path.join(os.tmpdir(), "store-"));
  return {
    handles: 1,
    open: () => openLocalStore(run, { eventsPerCheckpoint: 5 }),
    forgetDerived: () => rm(path.join(run, CHECKPOINT), { force: true }),
    [Symbol.asyncDispose]: () => rm(run, { recursive: true }),
  };
});
