import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Sandbox, SandboxLimits } from "../../sandbox.ts";
import { git } from "../../repositories/git.ts";
import { overlayTree } from "../../trees/overlay.ts";
import { storeTree } from "../../trees/store.ts";
import { materialize } from "../../workspaces/materialize.ts";
import { makeTestWorkspace, type Files } from "../../workspaces/testing/workspace.ts";
import { describeSandboxConformance } from "../conformance.ts";
import { changedFiles } from "../shared/changed-files.ts";
import type { FilesKind } from "./holder.ts";
import { reapSandboxes } from "./leases.ts";
import { namespaceSandboxes } from "./namespaces.ts";
import { leaseOf, leftovers, sandboxProcesses } from "./testing.ts";

const bases = mkdtempSync(path.join(tmpdir(), "bases-"));
afterAll(() => rmSync(bases, { recursive: true, force: true }));

const KINDS = ["overlay", "copy"] as const;

// Where this level is missing these tests fail: the machine is not the one that the level is for.
for (const files of KINDS) {
  describeSandboxConformance(`namespaces (${files})`, async (folder) => ({
    provider: namespaceSandboxes({ folder, bases, files }),
    async destroy(sandbox: Sandbox) {
      process.kill(leaseOf(folder, sandbox.id)?.holder?.pid ?? 0, "SIGKILL");
    },
    leftovers: async (id) => leftovers(folder, id),
  }));
}

const FILES: Files = {
  "README.md": "# Project\n",
  "a.py": "A = 1\n",
  "src/b.py": "B = 1\n",
  "src/deep/c.py": "C = 1\n",
  "src/deep/d.sh": { mode: "100755", content: "echo d\n" },
  link: { mode: "120000", content: "a.py" },
  ".gitignore": "*.log\nbuild/\n",
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`many/m${index}.py`, `M = ${index}\n`])),
};

let cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  cleanUp = [];
});

let number = 0;

/** A sandbox whose start state is an edit of a base: `src/b.py` was changed, `a.py` deleted, `src/new.py` added. */
async function openEdited(files: FilesKind, limits: Partial<SandboxLimits> = {}) {
  const source = await makeTestWorkspace(FILES);
  cleanUp.push(async () => source[Symbol.asyncDispose]());
  const state = (content: string) => ({ mode: "100644" as const, content: Buffer.from(content) });
  const changes = [
    { path: "src/b.py", before: state("B = 1\n"), after: state("B = 2\n") },
    { path: "a.py", before: state("A = 1\n") },
    { path: "src/new.py", after: state("N = 1\n") },
  ];
  await storeTree(source.gitDirectory, source.tree, changes);
  const workspace = { ...source, base: source.tree, tree: overlayTree(source.tree, changes) };
  const folder = path.join(source.folder, "leases-of-test");
  const provider = namespaceSandboxes({ folder, bases, files });
  const id = `edited-${process.pid}-${++number}`;
  const sandbox = await provider.start({ id, workspace, limits });
  cleanUp.push(() => sandbox.stop());
  const run = async (script: string) => {
    const result = await sandbox.exec(["bash", "-c", script], { timeoutMs: 30_000 });
    return Buffer.from(result.stdout).toString("utf8") + Buffer.from(result.stderr).toString("utf8");
  };
  return { sandbox, workspace, folder, id, run };
}

describe.each(KINDS)("an edit of a shared base (%s)", (files) => {
  test("is a whole repository of one clean commit, the same as a copy of it", async () => {
    const { workspace, run } = await openEdited(files);
    const copy = path.join(workspace.folder, "copy");
    await materialize(workspace, copy);
    expect(
      await run("git status --porcelain; git fsck --full --strict 2>&1; cat src/b.py src/new.py; ls"),
    ).toBe("B = 2\nN = 1\nREADME.md\nlink\nmany\nsrc\n");
    const commit = readFileSync(path.join(copy, ".git/refs/heads/main"), "utf8");
    expect(await run("git rev-parse HEAD")).toBe(commit);
    expect(await run("git read-tree HEAD && git status --porcelain")).toBe("");
  });

  test("holds no object of the base that the start state has not", async () => {
    const { run } = await openEdited(files);
    const all = await run("git cat-file --batch-all-objects --batch-check='%(objectname)' | sort");
    const reachable = await run("git rev-list --objects --no-object-names HEAD | sort");
    expect(all).toBe(reachable);
    expect(await run("grep -rl 'B = 1' . ; git grep 'A = 1'")).toBe("");
  });

  test("tells by no time which files were edited", async () => {
    const { run } = await openEdited(files);
    expect(
      await run("find . -newermt '2024-01-01 00:00:02 UTC'; find . ! -newermt '2023-12-31 23:59:59 UTC'"),
    ).toBe("");
  });

  test("tells by device and change time of no few files", async () => {
    const { run } = await openEdited(files);
    const like = await run("find . -path ./.git -prune -o -type f -printf '%p %D\\n'");
    const device = /^\.\/src\/b\.py (\d+)$/m.exec(like)?.[1] ?? "";
    expect(like.split("\n").filter((row) => row.endsWith(` ${device}`)).length).toBeGreaterThanOrEqual(20);
  });
});

/** Random things that agents do to files, as shell commands that may fail. */
const PLACES = [
  "README.md",
  "a.py",
  "src",
  "src/b.py",
  "src/deep",
  "src/deep/c.py",
  "many",
  "many/m3.py",
  "link",
  "new",
  "new/x",
  "odd name\t'q",
  "x.log",
  "build/y",
  "many/漢",
  ".gitignore",
];
const place = fc.constantFrom(...PLACES);
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const step = fc.oneof(
  fc
    .tuple(place, fc.string({ maxLength: 5 }))
    .map(
      ([to, text]) =>
        `mkdir -p "$(dirname ${quote(to)})"; printf %s ${quote(text.replaceAll("\0", ""))} > ${quote(to)}`,
    ),
  place.map((to) => `rm -rf ${quote(to)}`),
  place.map((to) => `rm -rf ${quote(to)}; mkdir -p ${quote(to)}; echo x > ${quote(`${to}/b.py`)}`),
  fc.tuple(place, place).map(([from, to]) => `mv -T ${quote(from)} ${quote(to)}`),
  fc.tuple(place, place).map(([from, to]) => `rm -rf ${quote(to)}; cp -a ${quote(from)} ${quote(to)}`),
  fc
    .tuple(place, fc.constantFrom("755", "644", "000", "700"))
    .map(([to, mode]) => `chmod ${mode} ${quote(to)}`),
  fc.tuple(place, place).map(([from, to]) => `ln -sfn ${quote(from)} ${quote(to)}`),
  place.map((to) => `printf '\\0\\377' >> ${quote(to)}`),
  place.map((to) => `rm -f ${quote(to)}; mkfifo ${quote(to)}`),
  place.map((to) => `git init -q ${quote(to)}`),
  fc.tuple(place, place).map(([from, to]) => `ln -f ${quote(from)} ${quote(to)}`),
);

/** What git itself makes of a diff. */
async function treeAfter(gitDirectory: string, treeId: string, diff: Uint8Array): Promise<string> {
  const environment = { GIT_INDEX_FILE: path.join(gitDirectory, "index-of-test") };
  await git(gitDirectory, ["read-tree", treeId], { environment });
  if (diff.length > 0) {
    await git(gitDirectory, ["apply", "--cached", "--binary", "--whitespace=nowarn", "-"], {
      environment,
      stdin: diff,
    });
  }
  return Buffer.from(await git(gitDirectory, ["write-tree"], { environment }))
    .toString()
    .trim();
}

describe("the changes of an overlay", () => {
  test("are those of the whole folder, and lead to the same tree", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const { sandbox, workspace, folder, id, run } = await openEdited("overlay");
        await run(steps.map((line) => `{ ${line}; } 2>/dev/null`).join("\n"));
        const holder = leaseOf(folder, id)?.holder?.pid ?? 0;
        const inside = `/proc/${holder}/root/tmp`;
        const diff = await sandbox.changes();
        const caps = { maxChangedBytes: 1e8, maxNewEntries: 1e6 };
        const whole = await changedFiles(`${inside}/m`, workspace.tree, caps);
        const quick = await changedFiles(`${inside}/m`, workspace.tree, caps, `${inside}/u`);
        expect(quick).toEqual(whole);
        expect(await treeAfter(workspace.gitDirectory, workspace.tree.id, diff)).toBe(
          overlayTree(workspace.tree, whole).id,
        );
        await sandbox.stop();
      }),
      { numRuns: 25, seed: 20240101 },
    );
  });
});

describe("what runs inside", () => {
  test("is nobody, with no rights to gain, no network and no process of others", async () => {
    const { run } = await openEdited("overlay");
    expect(await run("id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status")).toBe(
      "1000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n",
    );
    expect(await run("ls -d /proc/[0-9]* | wc -l")).toMatch(/^[2-6]\n$/);
    expect(
      await run(
        "tail -n +3 /proc/net/dev | grep -v ' lo:' ; (echo > /dev/tcp/192.0.2.1/80) 2>&1 | grep -o unreachable | head -1",
      ),
    ).toBe("unreachable\n");
    for (const command of [
      "unshare -U true",
      "unshare -m true",
      "mount -t tmpfs none /tmp",
      "touch /usr/x",
      "touch /x",
      "touch /dev/x",
    ]) {
      expect(await run(`${command} >/dev/null 2>&1 || echo refused`)).toBe("refused\n");
    }
  });

  test("cannot reach the kernel's odd corners", async () => {
    const { run } = await openEdited("overlay");
    const call = (name: string, code: string) =>
      `python3 -c 'import ctypes,errno,socket; l=ctypes.CDLL(None,use_errno=True); ${code}; print("${name}", errno.errorcode.get(ctypes.get_errno()))'`;
    expect(await run(call("ptrace", "l.ptrace(0,0,0,0)"))).toBe("ptrace EPERM\n");
    expect(await run(`python3 -c 'import socket; socket.socket(40, 1)' 2>&1 | tail -1`)).toMatch(
      /not supported/,
    );
    const clone = process.arch === "arm64" ? 220 : 56;
    expect(await run(call("clone", `l.syscall(${clone}, 0x10000011, 0, 0, 0, 0)`))).toBe("clone EPERM\n");
  });

  test("sees no path, name or id of this machine's", async () => {
    const { run, workspace, id, folder } = await openEdited("overlay");
    const seen = await run(
      "cat /proc/self/mountinfo /proc/1/mountinfo; tr '\\0' '\\n' < /proc/1/environ; tr '\\0' ' ' < /proc/1/cmdline; env; ls -R /etc /home /tmp /var | grep -v certs",
    );
    for (const word of [bases, folder, workspace.folder, id, tmpdir() + "/", "hybrid", "gym", "vitest"]) {
      expect(seen.replaceAll("/tmp/u", "").replaceAll("/tmp/w", "")).not.toContain(word);
    }
  });

  test("gets no descriptor but its own three", async () => {
    const { run } = await openEdited("overlay");
    expect(await run("ls /proc/self/fd | sort -n | tail -1")).toBe("3\n");
  });

  test("fills no more than its disk", async () => {
    const { run } = await openEdited("overlay", { diskBytes: 8 * 1024 * 1024 });
    expect(Number(await run("head -c 20000000 /dev/zero > big 2>/dev/null; stat -c %s big"))).toBeLessThan(
      8 * 1024 * 1024,
    );
    expect(
      await run(
        "head -c 20000000 /dev/zero > /tmp/big 2>/dev/null || echo full; rm big /tmp/big; echo ok > ok; cat ok",
      ),
    ).toBe("full\nok\n");
  });

  test("starts no more processes than it may, and the sandbox lives on", async () => {
    const { run } = await openEdited("overlay", { processes: 40 });
    const forks =
      "import os, time\nn = 0\ntry:\n  while n < 100:\n    if os.fork() == 0: time.sleep(100)\n    n += 1\nexcept BlockingIOError: pass\nprint(n)";
    expect(Number(await run(`python3 -c '${forks}'`))).toBeLessThan(40);
    expect(await run("echo alive")).toBe("alive\n");
  });

  test("dies when it takes more memory than there is for all, and the sandbox lives on", async () => {
    const { run } = await openEdited("overlay", {
      memoryBytes: 64 * 1024 * 1024,
      diskBytes: 16 * 1024 * 1024,
    });
    expect(await run("python3 -c 'bytearray(200_000_000)' 2>&1 | tail -1")).toMatch(/MemoryError|Killed|^$/);
    expect(await run("cat README.md")).toBe("# Project\n");
  });
});

describe("a base", () => {
  test("is made once by any number of sandboxes at once", async () => {
    const workspace = await makeTestWorkspace({ ...FILES, only: `${process.pid}-${++number}` });
    cleanUp.push(async () => workspace[Symbol.asyncDispose]());
    const provider = namespaceSandboxes({ folder: workspace.folder, bases });
    cleanUp.push(async () => provider[Symbol.asyncDispose]());
    const before = readdirSync(bases).length;
    const sandboxes = await Promise.all(
      Array.from({ length: 6 }, (_, index) => provider.start({ id: `many-${number}-${index}`, workspace })),
    );
    for (const sandbox of sandboxes) {
      cleanUp.push(() => sandbox.stop());
      expect(Buffer.from((await sandbox.exec(["cat", "only"])).stdout).toString()).toContain(
        `${process.pid}`,
      );
    }
    expect(readdirSync(bases).length).toBe(before + 1);
  });

  test("that was deleted is the sandbox's failure, and the next one makes it again", async () => {
    const { sandbox, workspace } = await openEdited("overlay");
    for (const name of readdirSync(bases)) await rm(path.join(bases, name), { recursive: true });
    await expect(sandbox.exec(["true"])).rejects.toMatchObject({ code: "sandbox-gone" });
    const again = await namespaceSandboxes({ folder: workspace.folder, bases }).start({
      id: `again-${++number}`,
      workspace,
    });
    cleanUp.push(() => again.stop());
    expect((await again.exec(["cat", "src/b.py"])).exitCode).toBe(0);
  });

  test("is not taken from a folder that others may write to", async () => {
    const workspace = await makeTestWorkspace(FILES);
    cleanUp.push(async () => workspace[Symbol.asyncDispose]());
    const planted = path.join(workspace.folder, "planted");
    mkdirSync(planted);
    chmodSync(planted, 0o777);
    const provider = namespaceSandboxes({ folder: workspace.folder, bases: planted });
    await expect(provider.start({ id: `planted-${++number}`, workspace })).rejects.toMatchObject({
      code: "base-folder-unsafe",
    });
  });
});

describe("a user of sandboxes that is killed", () => {
  test("leaves no process, and the rest is found by its leases", async () => {
    const place = mkdtempSync(path.join(tmpdir(), "crash-"));
    cleanUp.push(() => rm(place, { recursive: true, force: true }));
    const script = path.join(place, "user.ts");
    const module = (name: string) => JSON.stringify(path.resolve(import.meta.dirname, name));
    writeFileSync(
      script,
      `import { namespaceSandboxes } from ${module("namespaces.ts")};
       import { makeTestWorkspace } from ${module("../../workspaces/testing/workspace.ts")};
       const workspace = await makeTestWorkspace({ a: "a" });
       const provider = namespaceSandboxes({ folder: ${JSON.stringify(place)}, bases: ${JSON.stringify(path.join(place, "bases"))} });
       const sandbox = await provider.start({ id: "crash", workspace });
       const shell = await sandbox.openShell();
       await shell.run("setsid sleep 3000 & sleep 3000 &");
       void sandbox.exec(["sleep", "3000"]).catch(() => {});
       await sandbox.exec(["true"]);
       console.log(workspace.folder);
       setInterval(() => {}, 1000);`,
    );
    const user = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(user.stdout, "data");
    cleanUp.push(() => rm(String(line).trim(), { recursive: true, force: true }));
    expect(await reapSandboxes(place)).toEqual({ reaped: [] });
    expect(sandboxProcesses().length).toBeGreaterThan(0);
    user.kill("SIGKILL");
    await once(user, "exit");
    await expect.poll(() => sandboxProcesses(), { timeout: 10_000 }).toEqual([]);
    expect((await reapSandboxes(place)).reaped).toMatchObject([{ owner: user.pid }]);
    expect(leftovers(place, "crash")).toEqual([]);
    expect(await reapSandboxes(place)).toEqual({ reaped: [] });
  });
});
