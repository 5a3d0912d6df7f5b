import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireLock, startTimeOf } from "./lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a lock", () => {
  it("keeps a second holder out, naming the first", async () => {
    const file = path.join(folder, "run.lock");
    {
      await using _lock = await acquireLock(file, "The run");
      await expect(acquireLock(file, "The run")).rejects.toMatchObject({
        code: "in-use",
        fields: { process: process.pid },
      });
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it("left by a killed process is taken over", async () => {
    const file = path.join(folder, "run.lock");
    const child = spawn("sleep", ["60"]);
    const owner = `${child.pid} ${startTimeOf(child.pid ?? 0)}`;
    child.kill("SIGKILL");
    await once(child, "exit");
    await writeFile(file, owner);
    await using _lock = await acquireLock(file, "The run");
    expect(await readdir(folder)).toEqual(["run.lock"]);
  });

  it("removes what was left beside it by a process that was killed while it took it, and nothing of others", async () => {
    const child = spawn("sleep", ["60"]);
    child.kill("SIGKILL");
    await once(child, "exit");
    const uuid = "9b5ef8b1-22ff-4ea9-bbaa-16357c60e452";
    const left = [`run.lock.${uuid}.${child.pid}.tmp`, `run.lock.${uuid}.${child.pid}0.tmp`];
    await writeFile(path.join(folder, left[0] ?? ""), "");
    await writeFile(path.join(folder, left[1] ?? ""), `${child.pid}0 1 elsewhere`);
    await writeFile(path.join(folder, `run.lock.${uuid}.${process.pid}.tmp`), "");
    await writeFile(path.join(folder, "notes.tmp"), "");
    await using _lock = await acquireLock(path.join(folder, "run.lock"), "The run");
    const others = [left[1], `run.lock.${uuid}.${process.pid}.tmp`, "notes.tmp", "run.lock"];
    expect((await readdir(folder)).sort()).toEqual(others.sort());
  });

  it("of a process whose id was given to another one is taken over", async () => {
    const file = path.join(folder, "run.lock");
    await writeFile(file, `${process.pid} 1`);
    await using _lock = await acquireLock(file, "The run");
    expect(await readdir(folder)).toEqual(["run.lock"]);
  });

  it("of a process on another host is not taken over, for nothing is known of that process here", async () => {
    const file = path.join(folder, "run.lock");
    await writeFile(file, "7 1 elsewhere");
    await expect(acquireLock(file, "The run")).rejects.toMatchObject({
      code: "in-use",
      fields: { process: 7, host: "elsewhere" },
      hint: expect.stringContaining(`remove ${file}`),
    });
    await rm(file);
    await using _lock = await acquireLock(file, "The run");
  });

  it("left behind is taken over by one of many", async () => {
    const file = path.join(folder, "run.lock");
    await writeFile(file, `${process.pid} 1`);
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(file, "The run")));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
