import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { MEMORY_FLAGS } from "./src/base/memory-flags.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    setupFiles: ["./tests/setup.ts"],
    // More than cores, since many of these files wait for processes, deadlines and services.
    maxWorkers: availableParallelism() * 2,
    // Else half of the time is V8 optimising parsers that are done before it is.
    execArgv: [...MEMORY_FLAGS],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    reporters: ["default", "./scripts/reporter.ts"],
  },
});
