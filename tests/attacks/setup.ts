import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect } from "vitest";
import type { ExecResult, Sandbox, SandboxLimits } from "../../src/sandbox.ts";
import { namespaceSandboxes } from "../../src/sandboxes/namespaces/namespaces.ts";
import { leaseOf, leftovers } from "../../src/sandboxes/namespaces/testing.ts";
import { type Files, makeTestWorkspace, type TestWorkspace } from "../../src/workspaces/testing/workspace.ts";

const MEBIBYTE = 1024 * 1024;

/** Small, so that no attack can hurt the machine that the tests run on, were it to succeed. */
const LIMITS: SandboxLimits = {
  memoryBytes: 192 * MEBIBYTE,
  diskBytes: 48 * MEBIBYTE,
  processes: 80,
  fileBytes: 64 * MEBIBYTE,
};

const FILES: Files = {
  "README.md": "# Project\n",
  "src/app.py": "def main():\n    return 1\n",
  "src/other.py": "VALUE = 1\n",
};

/** No attack needs longer; a program that does is ended and its test fails. */
const TIMEOUT_MS = 20_000;

/** A word that nothing else on the machine has. */
export const newToken = () => `canary${randomBytes(8).toString("hex")}`;

export interface Target {
  readonly sandbox: Sandbox;
  readonly workspace: TestWorkspace;
  readonly id: string;
  run(script: string): Promise<ExecResult>;
  /** What a script says on both streams, without spaces at its ends. */
  say(script: string): Promise<string>;
  /** The same of a Python program, which has `call(number, …)` for system calls and `attempt(function)`, both giving `done` or an error's name. */
  python(program: string, ...words: string[]): Promise<string>;
  /** The host's process that holds the sandbox's files. */
  holder(): number;
  /** What is left of it on the host: lease and control groups. */
  traces(): readonly string[];
}

export interface Arena {
  /** A folder of the host; it goes when the file's tests are over. */
  readonly folder: string;
  readonly bases: string;
  /** Starts a real sandbox, which is stopped after the test; it fails below the level `namespaces`. */
  open(options?: { readonly files?: Files; readonly limits?: Partial<SandboxLimits> }): Promise<Target>;
}

export function createArena(): Arena {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "attacks-")));
  const bases = path.join(folder, "bases");
  const leases = path.join(folder, "boxes");
  mkdirSync(leases);
  const provider = namespaceSandboxes({ folder: leases, bases });
  let cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.toReversed()) await step();
    cleanUp = [];
  });
  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    bases,
    async open(options = {}) {
      const workspace = await makeTestWorkspace(options.files ?? FILES);
      cleanUp.push(async () => workspace[Symbol.asyncDispose]());
      const id = `attack-${newToken()}`;
      const limits = { ...LIMITS, ...options.limits };
      const sandbox = await provider.start({ id, workspace, limits });
      cleanUp.push(() => sandbox.stop());
      // A weaker level would make every test below it say nothing.
      expect(sandbox.level).toBe("namespaces");
      return createTarget(sandbox, workspace, id, leases);
    },
  };
}

function createTarget(sandbox: Sandbox, workspace: TestWorkspace, id: string, leases: string): Target {
  const exec = (command: readonly string[]) => sandbox.exec(command, { timeoutMs: TIMEOUT_MS });
  const run = (script: string) => exec(["bash", "-c", script]);
  return {
    sandbox,
    workspace,
    id,
    run,
    say: async (script) => said(await run(script)),
    python: async (program, ...words) => said(await exec(["python3", "-c", PRELUDE + program, ...words])),
    holder: () => leaseOf(leases, id)?.holder?.pid ?? 0,
    // Processes are left to `processesWith`: other tests run sandboxes of their own beside this one.
    traces: () => leftovers(leases, id).filter((item) => !/^(process|holder) /.test(item)),
  };
}

const PRELUDE = `
import ctypes, errno, os, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def name(code): return errno.errorcode.get(code, str(code))
def call(number, *words):
    ctypes.set_errno(0)
    return name(ctypes.get_errno()) if libc.syscall(number, *words) == -1 else "done"
def attempt(function):
    try:
        function()
        return "done"
    except OSError as error:
        return name(error.errno) if error.errno else type(error).__name__
`;

export function said(result: ExecResult): string {
  expect(result.timedOut, "an attack ran past its time").toBe(false);
  return (text(result.stdout) + text(result.stderr)).trim();
}

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** A sandbox that was started beside an attacked one still has its files and runs programs. */
export async function expectUnharmed(neighbour: Target): Promise<void> {
  expect(
    await neighbour.say("cat README.md; echo note > /tmp/note; cat /tmp/note; sh -c 'ls src' | wc -l"),
  ).toBe("# Project\nnote\n2");
}

/** Processes of the whole machine that have a word among their arguments or in their environment. */
export function processesWith(word: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) =>
      ["cmdline", "environ"].some((file) => tryRead(`/proc/${entry}/${file}`).includes(word)),
    )
    .map(Number);
}

export function tryRead(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

/** Waits for something that must come about, however loaded the machine is; the test's own deadline bounds it. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
