import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Mount, SandboxLimits, SandboxProvider } from "../../sandbox.ts";
import type { Workspace } from "../../workspace.ts";
import { makeTestWorkspace, type Files } from "../../workspaces/testing/workspace.ts";
import { describeSandboxConformance } from "../conformance.ts";
import { opaqueLabel } from "../shared/sandbox.ts";
import { type Lease, readLeases, reapSandboxes } from "./leases.ts";
import { namespaceSandboxes, type NamespaceOptions } from "./namespaces.ts";
import { leaseOf, leftovers, sandboxProcesses } from "./testing.ts";

const bases = mkdtempSync(path.join(tmpdir(), "bases-"));
afterAll(() => rmSync(bases, { recursive: true, force: true }));

/** Starts what makes a level keep an empty holder: two sandboxes of a kind. */
async function startTwice(
  provider: SandboxProvider,
  workspace: Workspace,
  limits: Partial<SandboxLimits> = {},
  mounts: readonly Mount[] = [],
) {
  for (const name of ["first", "second"]) {
    await using sandbox = await provider.start({
      id: `${workspace.gitDirectory} ${name}`,
      workspace,
      limits,
      mounts,
    });
    expect((await sandbox.exec(["true"])).exitCode).toBe(0);
  }
}

/** The rooms of a folder that are no sandbox's. */
const sparesOf = (folder: string, ...ids: string[]): Lease[] =>
  readLeases(folder).filter(({ label }) => !ids.some((id) => opaqueLabel(id) === label));

const untilSpares = (folder: string, count: number) =>
  expect.poll(() => sparesOf(folder).length, { timeout: 10_000 }).toBe(count);

describeSandboxConformance("namespaces (from a holder kept ready)", async (folder) => {
  const provider = namespaceSandboxes({ folder, bases });
  const groups: string[] = [];
  return {
    provider: {
      ...provider,
      async start(options) {
        await startTwice(provider, options.workspace, options.limits, options.mounts);
        await untilSpares(folder, 1);
        const [spare] = sparesOf(folder);
        const sandbox = await provider.start(options);
        const lease = leaseOf(folder, options.id);
        expect(lease).toMatchObject({ holder: spare?.holder, groups: spare?.groups });
        groups.push(...(lease?.groups ?? []));
        return sandbox;
      },
    },
    async destroy(sandbox) {
      process.kill(leaseOf(folder, sandbox.id)?.holder?.pid ?? 0, "SIGKILL");
    },
    async leftovers(id) {
      await provider[Symbol.asyncDispose]();
      return [...leftovers(folder, id), ...groups.filter((group) => existsSync(group))];
    },
  };
});

let place = "";
let cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), "spares-"));
  cleanUp = [() => rm(place, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
});

function open(options: Partial<NamespaceOptions> = {}): SandboxProvider {
  const provider = namespaceSandboxes({ folder: place, bases, ...options });
  cleanUp.push(() => provider[Symbol.asyncDispose]());
  return provider;
}

async function workspaceOf(files: Files): Promise<Workspace> {
  const workspace = await makeTestWorkspace(files);
  cleanUp.push(async () => workspace[Symbol.asyncDispose]());
  return workspace;
}

async function startThird(
  provider: SandboxProvider,
  workspace: Workspace,
  limits: Partial<SandboxLimits> = {},
) {
  const sandbox = await provider.start({ id: `${place} third`, workspace, limits });
  cleanUp.push(() => sandbox.stop());
  return { sandbox, holder: leaseOf(place, `${place} third`)?.holder };
}

describe("an empty holder", () => {
  test("is not kept after a single sandbox, and is taken by one other", async () => {
    const provider = open();
    const workspace = await workspaceOf({ a: "a\n" });
    {
      await using sandbox = await provider.start({ id: `${place} only`, workspace });
      await sandbox.exec(["true"]);
    }
    expect(readLeases(place)).toEqual([]);
    await startTwice(provider, workspace);
    await untilSpares(place, 1);
    const [spare] = sparesOf(place);
    const third = await startThird(provider, workspace);
    expect(third.holder).toEqual(spare?.holder);
    await expect.poll(() => sparesOf(place, `${place} third`).length).toBe(1);
    expect(sparesOf(place, `${place} third`)[0]?.holder).not.toEqual(spare?.holder);
  });

  test("is of one kind: other limits get another", async () => {
    const provider = open();
    const workspace = await workspaceOf({ a: "a\n" });
    await startTwice(provider, workspace);
    await untilSpares(place, 1);
    const [spare] = sparesOf(place);
    const third = await startThird(provider, workspace, { diskBytes: 8 * 1024 * 1024 });
    expect(third.holder).not.toEqual(spare?.holder);
    expect(sparesOf(place, `${place} third`)).toEqual([spare]);
    const size = await third.sandbox.exec(["bash", "-c", "df -B1 --output=size /tmp | tail -n 1"]);
    expect(Number(Buffer.from(size.stdout).toString())).toBe(8 * 1024 * 1024);
  });

  test("gets its start state only when its sandbox starts", async () => {
    const provider = open();
    const workspace = await workspaceOf({ a: "a\n" });
    await startTwice(provider, workspace);
    await untilSpares(place, 1);
    const inside = `/proc/${sparesOf(place)[0]?.holder?.pid}/root/tmp`;
    await expect.poll(() => existsSync(`${inside}/e/passwd`)).toBe(true);
    expect(["m", "u", "t", "h"].flatMap((folder) => readdirSync(`${inside}/${folder}`))).toEqual([]);
  });

  test("is not kept where files are copied", async () => {
    const provider = open({ files: "copy" });
    const workspace = await workspaceOf({ a: "a\n" });
    await startTwice(provider, workspace);
    await startThird(provider, workspace);
    expect(sparesOf(place, `${place} third`)).toEqual([]);
  });

  test("that died makes no difference", async () => {
    const provider = open();
    const workspace = await workspaceOf({ a: "a\n" });
    await startTwice(provider, workspace);
    await untilSpares(place, 1);
    process.kill(sparesOf(place)[0]?.holder?.pid ?? 0, "SIGKILL");
    const { sandbox } = await startThird(provider, workspace);
    expect(Buffer.from((await sandbox.exec(["cat", "a"])).stdout).toString()).toBe("a\n");
  });

  test("whose base was deleted is given up, and the base made again", async () => {
    const provider = open({ bases: path.join(place, "bases") });
    const workspace = await workspaceOf({ a: "a\n" });
    await startTwice(provider, workspace);
    await untilSpares(place, 1);
    const [spare] = sparesOf(place);
    rmSync(path.join(place, "bases"), { recursive: true });
    const { sandbox, holder } = await startThird(provider, workspace);
    expect(holder).not.toEqual(spare?.holder);
    expect(Buffer.from((await sandbox.exec(["cat", "a"])).stdout).toString()).toBe("a\n");
    rmSync(path.join(place, "bases"), { recursive: true });
    await expect(sandbox.exec(["true"])).rejects.toMatchObject({ code: "sandbox-gone" });
  });

  test("waits for a while, and not for ever", async () => {
    const provider = open({ spareMs: 1 });
    await startTwice(provider, await workspaceOf({ a: "a\n" }));
    await untilSpares(place, 0);
    await expect.poll(() => sandboxProcesses()).toEqual([]);
  });

  test("is one of few", async () => {
    const provider = open();
    for (let index = 0; index < 6; index++)
      await startTwice(provider, await workspaceOf({ only: `${index}\n` }));
    await untilSpares(place, 4);
    await provider[Symbol.asyncDispose]();
    expect(readLeases(place)).toEqual([]);
    await expect.poll(() => sandboxProcesses()).toEqual([]);
  });
});

describe("a process that has an empty holder", () => {
  /** Runs a program of its own that comes to have one, and then some lines. */
  function runUser(lines: string) {
    const script = path.join(place, "user.ts");
    const module = (name: string) => JSON.stringify(path.resolve(import.meta.dirname, name));
    writeFileSync(
      script,
      `import { readLeases } from ${module("leases.ts")};
       import { namespaceSandboxes } from ${module("namespaces.ts")};
       import { makeTestWorkspace } from ${module("../../workspaces/testing/workspace.ts")};
       await using workspace = await makeTestWorkspace({ a: "a" });
       const place = ${JSON.stringify(place)};
       const provider = namespaceSandboxes({ folder: place, bases: place + "/bases" });
       for (const id of ["one", "two"]) await (await provider.start({ id, workspace })).stop();
       while (readLeases(place).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
       console.log(JSON.stringify(readLeases(place)));
       ${lines}`,
    );
    const user = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    cleanUp.push(async () => user.kill("SIGKILL"));
    return { user, kept: once(user.stdout, "data").then(([line]) => JSON.parse(String(line)) as Lease[]) };
  }

  test.each([
    ["comes to its end", ""],
    ["ends itself", "process.exit(0);"],
    ["lets go of it", "await provider[Symbol.asyncDispose]();"],
    ["ends itself while it lets go", "void provider[Symbol.asyncDispose](); process.exit(0);"],
  ])("does not stay for it, and leaves nothing when it %s", async (_, lines) => {
    const { user, kept } = runUser(lines);
    const exited = once(user, "exit");
    const [spare] = await kept;
    expect(await exited).toEqual([0, null]);
    expect(spare?.holder).toBeDefined();
    expect(readLeases(place)).toEqual([]);
    expect(spare?.groups.filter((group) => existsSync(group))).toEqual([]);
    await expect.poll(() => sandboxProcesses()).toEqual([]);
  });

  test("leaves no process when it is killed, and the rest is found by its leases", async () => {
    const { user, kept } = runUser("setInterval(() => {}, 1000);");
    const [spare] = await kept;
    user.kill("SIGKILL");
    await once(user, "exit");
    await expect.poll(() => sandboxProcesses(), { timeout: 10_000 }).toEqual([]);
    expect((await reapSandboxes(place)).reaped).toMatchObject([{ owner: user.pid, label: spare?.label }]);
    expect(spare?.groups.filter((group) => existsSync(group))).toEqual([]);
    expect(readLeases(place)).toEqual([]);
  });
});
