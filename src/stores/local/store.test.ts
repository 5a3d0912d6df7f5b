import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describeStoreConformance } from "../conformance.ts";
import { openLocalStore } from "./store.ts";

describeStoreConformance("a run folder", async () => {
  const run = await mkdtemp(path.join(os.tmpdir(), "store-"));
  return {
    handles: 1,
    open: () => openLocalStore(run),
    [Symbol.asyncDispose]: () => rm(run, { recursive: true }),
  };
});
