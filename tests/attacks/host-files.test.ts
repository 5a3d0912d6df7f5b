import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sandboxUser } from "../../src/sandboxes/namespaces/machine.ts";
import { opaqueLabel } from "../../src/sandboxes/shared/sandbox.ts";
import {
  createArena,
  eventually,
  expectUnharmed,
  newToken,
  processesWith,
  type Target,
  text,
  tryRead,
} from "./setup.ts";

const arena = createArena();
const project = path.resolve(import.meta.dirname, "../..");

let token = "";
let victim: ReturnType<typeof spawn>;
let target: Target;
let neighbour: Target;

// A secret that every user of the host may read, and a process of the sandbox's own user that knows it.
beforeEach(async () => {
  token = newToken();
  chmodSync(arena.folder, 0o755);
  writeFileSync(path.join(arena.folder, "secret"), token, { mode: 0o644 });
  process.env["ATTACKS_SECRET"] = token;
  const user = process.geteuid?.() === 0 ? sandboxUser() : undefined;
  victim = spawn("sleep", ["1000"], { env: { ...process.env }, cwd: "/", ...user, stdio: "ignore" });
  await once(victim, "spawn");
  target = await arena.open();
  neighbour = await arena.open();
  await neighbour.sandbox.write("private.txt", Buffer.from(token));
});

afterEach(async () => {
  delete process.env["ATTACKS_SECRET"];
  expect(victim.exitCode ?? victim.signalCode, "the attack ended a process of the host").toBe(null);
  victim.kill("SIGKILL");
  await expectUnharmed(neighbour);
});

describe("reading the host's files", () => {
  test("finds none of them by path", async () => {
    const places = [
      "/root",
      "/etc/shadow",
      "/etc/hostname",
      "/etc/machine-id",
      "/etc/resolv.conf",
      "/etc/ssh",
      "/run",
      "/var/run",
      "/var/run/docker.sock",
      "/run/docker.sock",
      "/run/podman/podman.sock",
      "/var/lib",
      "/var/log",
      "/sys",
      "/boot",
      "/opt",
      "/srv",
      os.homedir(),
      project,
      arena.folder,
      path.join(arena.folder, "secret"),
      arena.bases,
      path.join(arena.folder, "boxes/leases"),
      target.workspace.folder,
      target.workspace.gitDirectory,
      neighbour.workspace.folder,
    ];
    expect(existsSync(path.join(arena.folder, "boxes/leases"))).toBe(true);
    const found = await target.sandbox.exec([
      "bash",
      "-c",
      'for place; do ls -d "$place"; done 2>/dev/null',
      "bash",
      ...places,
    ]);
    expect(text(found.stdout)).toBe("");
    expect(
      await target.say("ls /home; ls -A /mnt 2>/dev/null; ls -A /home/user /tmp /var/tmp /dev/shm"),
    ).toBe("user\n/dev/shm:\n\n/home/user:\n\n/tmp:\n\n/var/tmp:");
  });

  test("finds none of them through links, descriptors and roots of processes", async () => {
    const secret = path.join(arena.folder, "secret");
    const script = `
      ln -s ${secret} link; cat link
      cat /proc/*/root${secret} /proc/*/cwd/../../../..${secret} /proc/${process.pid}/root${secret} ../../../../../..${secret}
      for fd in /proc/*/fd/*; do cat "$fd/../../..${secret}"; done </dev/null`;
    expect(await target.say(`(${script}) 2>/dev/null`)).toBe("");
  });

  test("finds a secret, another workspace's file or the host's environment nowhere at all", async () => {
    const pattern = token.replace("canary", "[c]anary");
    expect(text((await neighbour.run("cat private.txt")).stdout)).toBe(token);
    expect(
      await target.say(
        `grep -rsla '${pattern}' /tmp /home /etc /dev/shm /var /workspace; env | grep '${pattern}'`,
      ),
    ).toBe("");
    expect(
      await target.say(`cat /proc/[0-9]*/{environ,cmdline,maps} 2>/dev/null | grep -ac '${pattern}'`),
    ).toBe("0");
  });

  test("learns no path, name or id from what the kernel tells of mounts and processes", async () => {
    const seen = await target.say(
      `cat /proc/[0-9]*/{mountinfo,mounts,cgroup,cmdline,environ,maps} /proc/locks /proc/keys /proc/net/unix 2>/dev/null | tr '\\0' '\\n'
       ls -l /proc/[0-9]*/{fd,cwd,root,exe} 2>/dev/null; hostname; id; env`,
    );
    expect(seen).toContain("/workspace/project");
    const names = [
      arena.folder,
      project,
      target.workspace.folder,
      target.id,
      opaqueLabel(target.id),
      neighbour.id,
    ];
    for (const name of [...names, opaqueLabel(neighbour.id), os.hostname(), "attacks-", "s-trial"]) {
      expect(seen.split(/\s/).filter((word) => word.includes(name) && word !== "localhost")).toEqual([]);
    }
  });

  test("learns no variables from a command line, nor does any user of the host", async () => {
    const [secret, word] = [newToken(), newToken()];
    const wait = `tr '\\0' ' ' < /proc/1/cmdline; cat /proc/1/environ; until [ -e /tmp/seen ]; do sleep 0.05; done; echo "$KEY"`;
    const running = target.sandbox.exec(["bash", "-c", wait, word], { environment: { KEY: secret } });
    const commands = () =>
      processesWith(word).map((pid) => tryRead(`/proc/${pid}/cmdline`).replaceAll("\0", " "));
    await eventually(() => commands().some((line) => line.includes("bwrap")));
    expect(commands().join("\n")).not.toContain(secret);
    await target.sandbox.write("/tmp/seen", new Uint8Array());
    const told = text((await running).stdout);
    expect(told).toContain("bwrap");
    expect(told.indexOf(secret)).toBe(told.length - secret.length - 1);
  });

  test("is not brought about by a variable that would be more than one", async () => {
    for (const environment of [
      { KEY: "a\0--bind\0/\0/mnt" },
      { "KEY\0a\0--bind\0/\0/mnt\0": "b" },
      { "A=B": "c" },
    ])
      await expect(target.sandbox.exec(["true"], { environment })).rejects.toThrow(RangeError);
  });

  test("gets no descriptor but its own three, whatever the host has open", async () => {
    const handle = openSync(path.join(arena.folder, "secret"), "r");
    const links = await target.python(`for fd in sorted(os.listdir("/proc/self/fd"), key=int):
    try: print(fd, os.readlink(f"/proc/self/fd/{fd}"))
    except FileNotFoundError: pass  # The listing itself, closed by now.`);
    closeSync(handle);
    expect(links.replaceAll(/\[\d+\]/g, "")).toBe("0 socket:\n1 socket:\n2 socket:");
  });

  test("sees no process of others and ends none", async () => {
    const { pid = 0 } = victim;
    const told = await target.python(
      `print(sorted(p for p in os.listdir("/proc") if p.isdigit() and open(f"/proc/{p}/comm").read().strip() not in ("bwrap", "python3")))
for pid in map(int, sys.argv[1:]):
    print(attempt(lambda: os.kill(pid, 9)))`,
      String(pid),
      String(process.pid),
      String(target.holder()),
      String(neighbour.holder()),
    );
    expect(told.split("\n")).toEqual(["[]", "ESRCH", "ESRCH", "ESRCH", "ESRCH"]);
    const running = neighbour.sandbox.exec(["bash", "-c", "echo ready > /tmp/ready; read line; echo lived"], {
      stdin: Buffer.from("go\n"),
    });
    await target.run("kill -9 -1; kill -STOP -1");
    expect(text((await running).stdout)).toBe("lived\n");
    expect(await target.say("echo lives on")).toBe("lives on");
  });
});

describe("paths given to read and write", () => {
  test("lead to the sandbox's own files, never to the host's", async () => {
    const { sandbox } = target;
    const secret = path.join(arena.folder, "secret");
    for (const place of [secret, `../../../../../..${secret}`, `src/../../..${secret}`, "/etc/shadow"])
      await expect(sandbox.read(place)).rejects.toMatchObject({ code: "file-not-found" });
    expect(text(await sandbox.read("../../etc/passwd"))).toMatch(
      /^root:x:0:0.*\nuser:x:1000.*\nnobody:.*\n$/,
    );
    await target.run(`ln -s ${secret} out; ln -s ${arena.folder} folder; ln -s /usr/planted usr`);
    await expect(sandbox.read("out")).rejects.toMatchObject({ code: "file-not-found" });
    await expect(sandbox.read("folder/secret")).rejects.toMatchObject({ code: "file-not-found" });
  });

  test("write nothing outside, through links and dots neither", async () => {
    const { sandbox } = target;
    const secret = path.join(arena.folder, "secret");
    const planted = path.join(arena.folder, "planted");
    mkdirSync(path.join(arena.folder, "open"), { recursive: true, mode: 0o777 });
    chmodSync(path.join(arena.folder, "open"), 0o777);
    await target.run(`ln -s ${secret} out; ln -s ${arena.folder}/open folder; ln -s /usr/planted usr`);
    for (const place of ["usr", "/usr/planted", "/etc/passwd", "/planted", "/proc/sys/kernel/core_pattern"])
      await expect(sandbox.write(place, Buffer.from("x"))).rejects.toMatchObject({
        name: "SandboxFileError",
      });
    // The host's temporary folder has its like inside, where the same path may be written.
    const inside = ["out", "folder/planted", planted, `../../../..${planted}`, secret];
    await Promise.allSettled(inside.map((place) => sandbox.write(place, Buffer.from("planted"))));
    expect(readFileSync(secret, "utf8")).toBe(token);
    for (const place of [planted, path.join(arena.folder, "open/planted"), "/usr/planted"])
      expect(existsSync(place)).toBe(false);
  });

  test("do not hang on a pipe, a terminal or a device without an end", async () => {
    await target.run("mkfifo pipe; ln -s /dev/zero zero; ln -s pipe link; ln -s loop loop");
    for (const place of ["pipe", "link", "zero", "/dev/tty", "/dev/ptmx"]) {
      await expect(target.sandbox.read(place)).rejects.toMatchObject({ code: "not-a-file" });
      await expect(target.sandbox.write(place, Buffer.from("x"))).rejects.toMatchObject({
        code: "not-a-file",
      });
    }
    await expect(target.sandbox.read("loop")).rejects.toMatchObject({ code: "file-not-found" });
  });

  test("give what a file holds, though a start file of the shell lies in wait", async () => {
    const trap = "head() { echo forged; }; cat() { /usr/bin/cat > /dev/null; }; echo intruder";
    await target.run(`printf '%s' '${trap}' | tee ~/.bashrc ~/.bash_profile ~/.profile > ~/.bash_login`);
    expect(text(await target.sandbox.read("README.md"))).toBe("# Project\n");
    await target.sandbox.write("new", Buffer.from("true"));
    expect(text(await target.sandbox.read("new"))).toBe("true");
    expect(await target.say("echo mine; echo $SHLVL; sh -c 'bash -c \"echo yours\"'")).toBe("mine\n2\nyours");
    const shell = await target.sandbox.openShell();
    expect(text((await shell.run("cat README.md")).output)).toBe("# Project\n");
  });
});
