import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { siblingModule } from "../../base/sibling.ts";
import { EGRESS_SOCKET, type SandboxOptions } from "../../sandbox.ts";
import { makeTestWorkspace } from "../../workspaces/testing/workspace.ts";
import { describeSandboxConformance } from "../conformance.ts";
import { opaqueLabel } from "../shared/sandbox.ts";
import { containerName } from "./box.ts";
import { containerSandboxes, reapContainers } from "./container.ts";
import { type Engine, removeContainer } from "./engine.ts";
import { engineUnderTest, leftovers, TEST_IMAGE } from "./testing.ts";

/** A test that is there only where the engine can do what it tests. */
const testWhere = (able: boolean) => (name: string, run: () => Promise<void>) => {
  if (able) test(name, run);
};

const engine = await engineUnderTest();
if (engine !== undefined) {
  describeSandboxConformance(`container (${engine.name})`, async (folder) => ({
    provider: containerSandboxes({ folder, image: TEST_IMAGE, engine: engine.name }),
    destroy: (sandbox) => removeContainer(engine.name, containerName(opaqueLabel(sandbox.id))),
    leftovers: (id) => leftovers(engine, folder, id),
  }));
  describeContainer(engine);
} else {
  test("without an engine that has the image, the level says what is missing and how to get it", async () => {
    const provider = containerSandboxes({ folder: path.join(tmpdir(), "none"), image: TEST_IMAGE });
    expect(await provider.probe()).toMatchObject({
      available: false,
      reason: expect.stringMatching(/\w/),
      fix: expect.stringMatching(/\w/),
    });
  });
}

function describeContainer(engine: Engine): void {
  let cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.toReversed()) await step();
    cleanUp = [];
  });
  let number = 0;

  async function open(options: Partial<SandboxOptions> = {}) {
    const workspace = await makeTestWorkspace({ "README.md": "# Project\n" });
    cleanUp.push(async () => workspace[Symbol.asyncDispose]());
    const folder = path.join(workspace.folder, "boxes");
    const id = `container-${process.pid}-${++number}`;
    const provider = containerSandboxes({ folder, image: TEST_IMAGE, engine: engine.name });
    const sandbox = await provider.start({ id, workspace, ...options });
    cleanUp.push(() => sandbox.stop());
    const run = async (script: string) => {
      const result = await sandbox.exec(["bash", "-c", script], { timeoutMs: 60_000 });
      return Buffer.from(result.stdout).toString("utf8") + Buffer.from(result.stderr).toString("utf8");
    };
    return { sandbox, run, folder, id, workspace };
  }

  describe("a container", () => {
    test("gives no rights, no network and no system to write to", async () => {
      const { run } = await open();
      expect(await run("grep -E '^(Cap(Prm|Eff|Bnd)|NoNewPrivs)' /proc/self/status")).toBe(
        `CapPrm:\t${"0".repeat(16)}\nCapEff:\t${"0".repeat(16)}\nCapBnd:\t${"0".repeat(16)}\nNoNewPrivs:\t1\n`,
      );
      expect(await run("ls /sys/class/net")).toBe("lo\n");
      for (const folder of ["/", "/etc", "/usr", "/mnt", "/workspace"])
        expect(await run(`touch ${folder}/x`)).toMatch(/Read-only|Permission denied/);
      expect(await run("ulimit -c; ulimit -n")).toBe("0\n4096\n");
    });

    testWhere(!engine.rootless)("runs nothing as root", async () => {
      const { run } = await open();
      expect(await run("id -u")).not.toBe("0\n");
    });

    test("shares nothing of the machine but the repository and the files for a command", async () => {
      const { run } = await open();
      const shared = await run("while read -r _ _ _ _ place _; do echo $place; done < /proc/self/mountinfo");
      const ours =
        /^\/(workspace\/project|mnt|tmp|run|var\/tmp|home\/user|etc\/(passwd|group|hosts|hostname|resolv.conf)|run\/\.containerenv|run\/secrets)?$/;
      const others = shared
        .trim()
        .split("\n")
        .filter((place) => !/^\/(proc|sys|dev)(\/|$)/.test(place) && !ours.test(place));
      expect(others).toEqual([]);
    });

    test("has temporary folders no larger than their limit", async () => {
      const { run } = await open({ limits: { diskBytes: 1024 * 1024 } });
      for (const place of ["/tmp", "$HOME"])
        expect(await run(`head -c 3000000 /dev/zero > ${place}/x; stat -c %s ${place}/x`)).toMatch(
          /No space left on device\n?[^]*|^1048576\n/,
        );
    });

    test("lives on when a program kills all that it can", async () => {
      const { run, sandbox } = await open();
      await sandbox.exec(["bash", "-c", "kill -9 -1"]);
      expect(await run("echo on")).toBe("on\n");
    });

    testWhere(engine.limited)("full of processes is emptied at a command's deadline", async () => {
      const { run, sandbox } = await open({ limits: { processes: 40 } });
      const bomb = "for i in $(seq 100); do sleep 1000 & done 2>/dev/null; wait";
      const result = await sandbox.exec(["bash", "-c", bomb], { timeoutMs: 3000 });
      expect(result).toMatchObject({ timedOut: true, exitCode: 137 });
      expect(await run("ps -eo args | grep -c '[s]leep 1000'")).toBe("0\n");
    });

    testWhere(engine.limited)("gives no more memory than its limit", async () => {
      const { sandbox } = await open({ limits: { memoryBytes: 128 * 1024 * 1024 } });
      // Each is below the limit of one process; all stay until one is killed.
      const hold =
        "python3 -c 'import time; held = bytearray(100_000_000); held[::4096] = bytes(len(held[::4096])); time.sleep(1000)'";
      const script = `for i in 1 2 3 4; do ${hold} & done; wait -n`;
      const result = await sandbox.exec(["bash", "-c", script], { timeoutMs: 30_000 });
      expect(result).toMatchObject({ timedOut: false, exitCode: 137 });
      expect((await sandbox.exec(["true"])).exitCode).toBe(0);
    });

    test("lets out through the one socket that it is given", async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "egress-"));
      cleanUp.push(() => rm(folder, { recursive: true, force: true }));
      const socket = path.join(folder, "out.sock");
      const server = createServer((connection) => {
        connection.once("data", (data) => connection.end(`heard ${data.toString()}`));
      });
      server.listen(socket);
      await once(server, "listening");
      cleanUp.push(() => server.close());
      chmodSync(folder, 0o755);
      chmodSync(socket, 0o666);
      const ask = `python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect("${EGRESS_SOCKET}"); s.sendall(b"who?"); print(s.recv(100).decode())'`;
      expect(await (await open({ egress: { socket } })).run(ask)).toBe("heard who?\n");
      expect(await (await open()).run(ask)).toContain("Error");
    });
  });

  describe("a sandbox whose owner was killed", () => {
    test("ends, and what is left of it is reaped; those of living owners stay", async () => {
      const { folder, id, workspace, run } = await open();
      const other = `${id}-of-another`;
      const script = `
        const { containerSandboxes } = await import(${JSON.stringify(siblingModule(import.meta.url, "./container"))});
        const { makeTestWorkspace } = await import(${JSON.stringify(siblingModule(import.meta.url, "../../workspaces/testing/workspace"))});
        const workspace = await makeTestWorkspace({ "README.md": "x" });
        const provider = containerSandboxes({ folder: ${JSON.stringify(folder)}, image: ${JSON.stringify(TEST_IMAGE)}, engine: ${JSON.stringify(engine.name)} });
        const sandbox = await provider.start({ id: ${JSON.stringify(other)}, workspace });
        console.log(workspace.folder);
        await sandbox.exec(["bash", "-c", "while :; do :; done"]);
      `;
      const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [chunk] = (await once(owner.stdout, "data")) as [Buffer];
      cleanUp.push(() => rm(chunk.toString("utf8").trim(), { recursive: true, force: true }));
      expect(workspace.folder).not.toBe(chunk.toString("utf8").trim());
      owner.kill("SIGKILL");
      await once(owner, "exit");
      // The container ends by itself with its owner, however late the engine is.
      while ((await leftovers(engine, folder, other)).some((item) => item.startsWith("process")))
        await delay(50);
      expect(await leftovers(engine, folder, other)).toEqual([`folder of ${other}`]);
      const { reaped } = await reapContainers(folder);
      expect(reaped).toMatchObject([{ label: opaqueLabel(other), owner: owner.pid }]);
      expect(readdirSync(folder)).toEqual([opaqueLabel(id)]);
      expect(existsSync(path.join(folder, opaqueLabel(other)))).toBe(false);
      expect(await run("echo on")).toBe("on\n");
    });
  });
}
