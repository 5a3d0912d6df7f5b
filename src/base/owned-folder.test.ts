import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTimeOf } from "./lock.ts";
import { makeOwnedFolder, ownedFile, reapOwnedFolders, removeOwnedFolder } from "./owned-folder.ts";

let parent: string;
beforeEach(async () => {
  parent = await realpath(await mkdtemp(path.join(os.tmpdir(), "owned-")));
});
afterEach(() => rm(parent, { recursive: true }));

describe("folders of a process", () => {
  it("stay while it lives, and so does what nobody is known to own", async () => {
    const mine = await makeOwnedFolder("w-", parent);
    await mkdir(ownedFile(parent));
    await mkdir(path.join(parent, "w-abcdef"));
    await writeFile(path.join(parent, "e-notes1"), "");
    expect(await reapOwnedFolders(parent)).toEqual([]);
    expect(await readdir(mine)).toEqual([".owner"]);
  });

  it("are found when it was killed before they had their names", async () => {
    const child = spawn("sleep", ["60"]);
    const name = path
      .basename(ownedFile())
      .replace(
        `.${process.pid}-${startTimeOf(process.pid)}-`,
        `.${child.pid}-${startTimeOf(child.pid ?? 0)}-`,
      );
    await mkdir(path.join(parent, name));
    expect(await reapOwnedFolders(parent)).toEqual([]);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await reapOwnedFolders(parent)).toEqual([path.join(parent, name)]);
  });

  it("are found when it was killed while it removed them", { timeout: 120_000 }, async () => {
    const module = JSON.stringify(import.meta.resolve("./owned-folder.ts"));
    const script = `import { makeOwnedFolder, removeOwnedFolder } from ${module};
import { mkdirSync } from "node:fs";
const folder = await makeOwnedFolder("w-", ${JSON.stringify(parent)});
for (let index = 0; index < 3000; index++) mkdirSync(folder + "/" + index);
process.stdout.write(".");
await removeOwnedFolder(folder);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    const exit = once(child, "exit");
    const isGoing = async () => (await readdir(parent)).some((name) => name.startsWith("."));
    for await (const _ of child.stdout) break;
    while (child.exitCode === null && !(await isGoing()))
      await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await exit;
    await reapOwnedFolders(parent);
    expect(await readdir(parent)).toEqual([]);
    await removeOwnedFolder(path.join(parent, "w-abcdef"));
  });

  it("are found at whatever moment it is killed", { timeout: 120_000 }, async () => {
    const script = `import { makeOwnedFolder } from ${JSON.stringify(import.meta.resolve("./owned-folder.ts"))};
for (;;) { await makeOwnedFolder("w-", ${JSON.stringify(parent)}); process.stdout.write("."); }`;
    for (let folders = 1; folders <= 6; folders++) {
      const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
      const exit = once(child, "exit");
      let made = 0;
      for await (const dots of child.stdout)
        if ((made += String(dots).length) >= folders) child.kill("SIGKILL");
      await exit;
      expect(made).toBeGreaterThanOrEqual(folders);
      expect((await reapOwnedFolders(parent)).length).toBeGreaterThanOrEqual(made);
      expect(await readdir(parent)).toEqual([]);
    }
  });
});
