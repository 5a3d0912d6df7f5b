import { EGRESS_SOCKET, type Mount, type SandboxLimits } from "../../sandbox.ts";
import { launchScript } from "../shared/limits.ts";
import type { Engine } from "./engine.ts";

/** Must hold bash (4.4 or later), git and the usual small programs; Python serves most repositories. */
export const DEFAULT_IMAGE = "docker.io/library/python:3.12-bookworm";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Below 65,536 (what a user namespace usually knows), and no account's or service manager's. */
const UNUSED_ID = 64_321;

/**
 * Who owns the repository's files on the machine and runs everything inside: root becomes somebody who owns nothing else,
 * anybody else stays who they are.
 */
export function sandboxUser(): User {
  const uid = process.geteuid?.() ?? UNUSED_ID;
  return uid === 0 ? { uid: UNUSED_ID, gid: UNUSED_ID } : { uid, gid: process.getegid?.() ?? uid };
}

/** Makes the user inside the one who owns the files outside. */
function userArguments(engine: Engine, { uid, gid }: User): string[] {
  if (engine.name === "podman") {
    return [...(engine.rootless ? ["--userns=keep-id"] : []), `--user=${uid}:${gid}`];
  }
  // Where Docker itself runs as the user, its root is that user, and every other number would be a stranger to the files.
  if (engine.rootless) return ["--user=0:0"];
  return ["--userns=host", `--user=${uid}:${gid}`];
}

/** Docker's client gives the user's proxies, perhaps with their passwords, to every container. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

export const HOME = "/home/user";

/** Where files that are there for one program appear. */
export const FILES = "/mnt";

const ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME,
  USER: "user",
  LOGNAME: "user",
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  TERM: "dumb",
  GIT_CONFIG_NOSYSTEM: "1",
};

const SMALL_FOLDERS = ["/run", "/var/tmp"];
const MEBIBYTE = 1024 * 1024;

/** All that keeps a container apart, for its start and for the trial alike. */
export function isolationArguments(engine: Engine, limits: SandboxLimits): string[] {
  // What is written to these folders is memory: two of them leave half of it to the programs.
  const bytes = Math.floor(Math.min(limits.diskBytes, limits.memoryBytes / 4));
  // Podman would copy what the image has there, and take its rights over.
  const empty = engine.name === "podman" ? ",notmpcopyup" : "";
  const folder = (path: string, size: number) =>
    `--tmpfs=${path}:rw,exec,nosuid,nodev,mode=1777,size=${size}${empty}`;
  return [
    "--pull=never",
    "--network=none",
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--ipc=private",
    "--hostname=sandbox",
    "--no-healthcheck",
    "--log-driver=none",
    "--shm-size=64m",
    folder("/tmp", bytes),
    folder(HOME, bytes),
    ...SMALL_FOLDERS.map((path) => folder(path, 16 * MEBIBYTE)),
    "--ulimit=core=0:0",
    "--ulimit=nofile=4096:4096",
    ...(engine.limited
      ? [
          `--memory=${limits.memoryBytes}`,
          `--memory-swap=${limits.memoryBytes}`,
          `--pids-limit=${limits.processes}`,
        ]
      : []),
    ...(engine.name === "podman"
      ? [
          "--http-proxy=false",
          "--image-volume=ignore",
          // Podman's own number needs a right that root lacks inside another container; rootless it takes what is there.
          ...(engine.rootless ? [] : ["--ulimit=nproc=32768:32768"]),
        ]
      : PROXIES.map((name) => `--env=${name}=`)),
    ...Object.entries(ENVIRONMENT).map(([name, value]) => `--env=${name}=${value}`),
  ];
}

export interface ContainerRequest {
  readonly engine: Engine;
  readonly image: string;
  readonly container: string;
  readonly user: User;
  readonly limits: SandboxLimits;
  /** The repository's folder on the machine, and inside. */
  readonly source: string;
  readonly root: string;
  /** The folder on the machine that appears, read-only, as `FILES`. */
  readonly shown: string;
  /** A socket of the machine that leads out. */
  readonly egress?: string;
  /** What else of the machine is shown. */
  readonly mounts?: readonly Mount[];
  /** The first process: a bash script. */
  readonly script: string;
  /** `pid.startTime` of the process that uses it. */
  readonly owner: string;
}

/** `run`, attached: the container lives as long as the script, and leaves nothing. */
export function runArguments(request: ContainerRequest): string[] {
  const { engine, container, source, root } = request;
  return [
    "run",
    "--rm",
    "--interactive",
    "--sig-proxy=false",
    `--name=${container}`,
    `--label=sandbox.owner=${request.owner}`,
    ...isolationArguments(engine, request.limits),
    ...userArguments(engine, request.user),
    // Z lets the container at the folders where SELinux would not.
    `--volume=${source}:${root}:rw,Z`,
    `--volume=${request.shown}:${FILES}:ro,Z`,
    ...(request.egress === undefined ? [] : [`--volume=${request.egress}:${EGRESS_SOCKET}`]),
    // Small z: many containers may share it.
    ...(request.mounts ?? []).map((mount) => `--volume=${mount.source}:${mount.target}:ro,z`),
    `--workdir=${root}`,
    "--entrypoint=bash",
    request.image,
    "--noprofile",
    "--norc",
    "-c",
    request.script,
    "bash",
    root,
  ];
}

/** Marks a program and whatever it starts, also in a session of its own. */
export const LABEL_VARIABLE = "SANDBOX";

/** Said on a program's output before it begins: an engine's failure is never taken for the program's own. */
export const STARTED = "started\n";

export interface ProgramRequest {
  readonly container: string;
  readonly label: string;
  readonly limits: SandboxLimits;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** `exec` of one program, with the limits that hold for each process alone. */
export function execArguments(engine: Engine, request: ProgramRequest): string[] {
  const environment = { ...request.environment, [LABEL_VARIABLE]: request.label };
  const forget = engine.name === "docker" ? `unset ${PROXIES.join(" ")}; ` : "";
  return [
    "exec",
    "--interactive",
    "--workdir=/",
    ...Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`),
    request.container,
    "bash",
    "--noprofile",
    "--norc",
    "-c",
    `printf '%s\\n' started; ${forget}${launchScript(request.limits)}`,
    "bash",
    request.cwd,
    ...request.command,
  ];
}
