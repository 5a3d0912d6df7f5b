import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { acquireLock } from "./lock.ts";

// No file system without hard links can be made here without being root, so the one call that would fail is replaced.
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  link: () => Promise.reject(Object.assign(new Error("no hard links"), { code: "EPERM" })),
}));

it("a lock is refused where none can be taken, and leaves nothing behind", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lock-"));
  await expect(acquireLock(path.join(folder, "run.lock"), "The run")).rejects.toMatchObject({
    code: "lock-unsupported",
    exitCode: 3,
    fields: { system: "EPERM" },
  });
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
