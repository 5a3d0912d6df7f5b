import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeTestWorkspace } from "../../workspaces/testing/workspace.ts";
import { DEFAULT_LIMITS } from "../shared/limits.ts";
import { isolationArguments, runArguments } from "./arguments.ts";
import { containerSandboxes, reapContainers } from "./container.ts";

const PATH = process.env["PATH"];
let folder = "";

/** The only programs on the search path are stand-ins for the clients: each is a shell script. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "clients-"));
  process.env["PATH"] = folder;
});
afterEach(() => {
  process.env["PATH"] = PATH;
  rmSync(folder, { recursive: true, force: true });
});

function client(name: string, script: string): void {
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

const DOCKER_INFO = JSON.stringify({
  ServerVersion: "28.0.0",
  MemoryLimit: true,
  PidsLimit: true,
  SecurityOptions: ["name=seccomp,profile=builtin"],
});
const PODMAN_INFO = JSON.stringify({
  host: { cgroupVersion: "v1", cgroupControllers: [], security: { rootless: true } },
  version: { Version: "4.3.1" },
});
const NO_DAEMON =
  'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1';
const answers = (info: string, rest = "exit 0") =>
  `if [ "$1" = info ]; then echo '${info}'; else ${rest}; fi`;

const probe = (options: { engine?: "podman" | "docker"; image?: string } = {}) =>
  containerSandboxes({ folder, ...options }).probe();

describe("the probe of containers", () => {
  test("says when there is no engine", async () => {
    expect(await probe()).toEqual({
      available: false,
      reason: "neither podman nor docker is installed",
      fix: "Install podman or Docker.",
    });
  });

  test("says when a client has no daemon, with the client's reason", async () => {
    client("docker", NO_DAEMON);
    const result = await probe();
    expect(result).toMatchObject({
      available: false,
      fix: 'Start the engine, or get the right to use it; "docker info" must succeed.',
    });
    expect(result.available ? "" : result.reason).toContain("Is the docker daemon running?");
  });

  test("says when an answer holds nothing of an engine", async () => {
    client("docker", answers('{"ServerVersion":"","ServerErrors":["permission denied"]}'));
    expect(await probe()).toMatchObject({ available: false });
  });

  test("does not wait for an engine that never answers", async () => {
    client("docker", "exec /bin/sleep 1000");
    const result = await probe();
    expect(result.available ? "" : result.reason).toContain("no answer within 10 s");
  });

  test("names the command that gets a missing image, and never pulls", async () => {
    client("docker", answers(DOCKER_INFO, `if [ "$1" = pull ]; then echo > '${folder}/pulled'; fi; exit 1`));
    expect(await probe({ image: "example/image:1" })).toEqual({
      available: false,
      reason: "docker has no image example/image:1",
      fix: 'Run "docker pull example/image:1"; sandboxes never pull by themselves.',
    });
    expect(isolationArguments(ENGINE, DEFAULT_LIMITS)).toContain("--pull=never");
  });

  test("says why an engine that answers cannot start a container", async () => {
    const fails = 'if [ "$1" = run ]; then echo "Error: no control groups" >&2; exit 126; fi';
    client("docker", answers(DOCKER_INFO, fails));
    const result = await probe();
    expect(result.available ? "" : result.reason).toContain("Error: no control groups");
  });

  test("takes podman first, and docker where podman does not work", async () => {
    client("docker", answers(DOCKER_INFO));
    client("podman", answers(PODMAN_INFO));
    expect(await probe()).toEqual({
      available: true,
      detail:
        "podman 4.3.1 with docker.io/library/python:3.12-bookworm; memory and processes are not limited here",
    });
    expect(await probe({ engine: "docker" })).toMatchObject({ detail: expect.stringMatching(/^docker 28/) });
    client("podman", answers(PODMAN_INFO, "exit 1"));
    expect(await probe()).toMatchObject({ detail: expect.stringMatching(/^docker 28/) });
  });

  test("asks again after a failure", async () => {
    const provider = containerSandboxes({ folder });
    expect(await provider.probe()).toMatchObject({ available: false });
    client("podman", answers(PODMAN_INFO));
    expect(await provider.probe()).toMatchObject({ available: true });
  });
});

test("a start without an engine says what to do and leaves nothing", async () => {
  process.env["PATH"] = PATH;
  await using workspace = await makeTestWorkspace({ "a.txt": "a\n" });
  process.env["PATH"] = folder;
  client("docker", NO_DAEMON);
  await expect(containerSandboxes({ folder }).start({ id: "none", workspace })).rejects.toMatchObject({
    name: "SandboxError",
    code: "sandbox-start-failed",
    hint: expect.stringContaining('"docker info" must succeed'),
  });
  expect(await reapContainers(folder)).toEqual({ reaped: [] });
});

const ENGINE = { name: "docker", version: "28", rootless: false, limited: true } as const;
const REQUEST = {
  engine: ENGINE,
  image: "example/image:1",
  container: "sandbox-0123456789abcdef",
  user: { uid: 1000, gid: 100 },
  limits: DEFAULT_LIMITS,
  source: "/boxes/a/files",
  shown: "/boxes/a/shown",
  root: "/workspace/project",
  script: "true",
  owner: "1.2",
};

describe("the arguments of a container", () => {
  test("keep it apart, the same for both engines", () => {
    for (const engine of [ENGINE, { ...ENGINE, name: "podman" } as const]) {
      expect(runArguments({ ...REQUEST, engine })).toEqual(
        expect.arrayContaining([
          "--rm",
          "--network=none",
          "--read-only",
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges",
          `--memory=${DEFAULT_LIMITS.memoryBytes}`,
          `--pids-limit=${DEFAULT_LIMITS.processes}`,
          "--user=1000:100",
        ]),
      );
    }
  });

  test("share the repository, the files for a command, the socket and what is to be shown, and nothing else", () => {
    const shares = (request: Parameters<typeof runArguments>[0]) =>
      runArguments(request).filter((argument) => /^(--volume|--mount|-v)\b/.test(argument));
    const both = ["--volume=/boxes/a/files:/workspace/project:rw,Z", "--volume=/boxes/a/shown:/mnt:ro,Z"];
    expect(shares(REQUEST)).toEqual(both);
    expect(shares({ ...REQUEST, egress: "/run/out.sock" })).toEqual([
      ...both,
      "--volume=/run/out.sock:/run/egress.sock",
    ]);
    expect(shares({ ...REQUEST, mounts: [{ source: "/programs/a", target: "/opt/a" }] })).toEqual([
      ...both,
      "--volume=/programs/a:/opt/a:ro,z",
    ]);
  });

  test("make the user inside the owner of the files outside, wherever the engine runs", () => {
    const users = (engine: Partial<typeof REQUEST.engine> | { name: "podman" } | { rootless: true }) =>
      runArguments({ ...REQUEST, engine: { ...ENGINE, ...engine } }).filter((argument) =>
        /^--user(ns)?=/.test(argument),
      );
    expect(users({ name: "podman" })).toEqual(["--user=1000:100"]);
    expect(users({ name: "podman", rootless: true })).toEqual(["--userns=keep-id", "--user=1000:100"]);
    expect(users({})).toEqual(["--userns=host", "--user=1000:100"]);
    expect(users({ rootless: true })).toEqual(["--user=0:0"]);
  });

  test("ask for no limits that the engine cannot hold", () => {
    const text = isolationArguments({ ...ENGINE, limited: false }, DEFAULT_LIMITS).join(" ");
    expect(text).not.toMatch(/--memory|--pids/);
  });

  test("give no proxy of the user's", () => {
    expect(isolationArguments(ENGINE, DEFAULT_LIMITS)).toContain("--env=https_proxy=");
    expect(isolationArguments({ ...ENGINE, name: "podman" }, DEFAULT_LIMITS)).toContain("--http-proxy=false");
  });
});
