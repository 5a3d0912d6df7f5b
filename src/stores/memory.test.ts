import { describeStoreConformance } from "./conformance.ts";
import { RunFold } from "./fold.ts";
import { memoryStore } from "./memory.ts";

describeStoreConformance(
  "memory",
  async () => {
    const fold = new RunFold();
    return { handles: 1, open: async () => memoryStore(fold), async [Symbol.asyncDispose]() {} };
  },
  { runs: 500 },
);
