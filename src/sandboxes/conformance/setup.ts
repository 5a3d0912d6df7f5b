import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { afterEach, expect } from "vitest";
import type { ExecResult, Mount, Sandbox, SandboxProvider } from "../../sandbox.ts";
import { materialize } from "../../workspaces/materialize.ts";
import { type Files, makeTestWorkspace, type TestWorkspace } from "../../workspaces/testing/workspace.ts";

/** What the suite needs of an isolation level besides its contract. */
export interface SandboxUnderTest {
  readonly provider: SandboxProvider;
  /** Breaks a running sandbox from outside, as a crash or an operator would. */
  destroy(sandbox: Sandbox): Promise<void>;
  /** What is left of a sandbox on the machine, in words: folders, processes, mounts. Empty when all is gone. */
  leftovers(id: string): Promise<readonly string[]>;
}

const FILES: Files = {
  "README.md": "# Project\n",
  "src/app.py": "def main():\n    return 1\n",
  "src/other.py": "VALUE = 1\nOTHER = 2\nTHIRD = 3\n",
  "run.sh": { mode: "100755", content: "#!/bin/sh\necho run\n" },
  link: { mode: "120000", content: "src/app.py" },
  "windows.txt": "one\r\ntwo\r\n",
  "data.bin": new Uint8Array([0, 1, 2, 255]),
  ".gitattributes": "* text eol=crlf\n*.py -diff\n",
  ".gitignore": "build/\n*.log\n",
  "tracked.log": "kept\n",
  "sub/.gitignore": "!wanted.log\n",
};

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
export const bash = (script: string) => ["bash", "-c", script];

let sleeps = 0;
/** A command that never ends by itself and that no other process on the machine is. */
export const uniqueSleep = () => `sleep ${1_000_000 + process.pid}.${++sleeps}`;

interface OpenOptions {
  readonly files?: Files;
  readonly limits?: { readonly fileBytes?: number };
  /** Given an empty folder for what is to be shown. */
  readonly mounts?: (folder: string) => readonly Mount[];
}

export type Open = (options?: OpenOptions) => Promise<{
  sandbox: Sandbox;
  level: SandboxUnderTest;
  workspace: TestWorkspace;
  id: string;
  boxes: string;
  run(script: string): Promise<ExecResult>;
}>;

/** Opens sandboxes for one test; they are stopped, and their folders removed, after it. */
export function createOpener(
  name: string,
  makeProvider: (folder: string) => Promise<SandboxUnderTest>,
): Open {
  let cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.toReversed()) await step();
    cleanUp = [];
  });
  let number = 0;
  return async function open(options: OpenOptions = {}) {
    const workspace = await makeTestWorkspace(options.files ?? FILES);
    cleanUp.push(async () => workspace[Symbol.asyncDispose]());
    const boxes = path.join(workspace.folder, "boxes");
    mkdirSync(boxes);
    const sources = path.join(workspace.folder, "sources");
    mkdirSync(sources);
    const level = await makeProvider(boxes);
    cleanUp.push(async () => level.provider[Symbol.asyncDispose]());
    const id = `conformance-${name}-${process.pid}-${++number}`;
    const sandbox = await level.provider.start({
      id,
      workspace,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.mounts === undefined ? {} : { mounts: options.mounts(sources) }),
    });
    cleanUp.push(() => sandbox.stop());
    const run = (script: string) => sandbox.exec(bash(script), { timeoutMs: 30_000 });
    return { sandbox, level, workspace, id, boxes, run };
  };
}

/** Lets an agent's script run, takes the changes, and gives them to a fresh copy of the start state. */
export async function reapplied(open: Open, script: string) {
  const { sandbox, workspace, run } = await open();
  const result = await run(script);
  expect(text(result.stderr)).toBe("");
  const diff = await sandbox.changes();
  const copy = path.join(workspace.folder, "fresh");
  await materialize(workspace, copy);
  if (diff.length > 0) {
    execFileSync("git", ["apply", "--binary", "--index", "--whitespace=nowarn", "-"], {
      cwd: copy,
      input: diff,
    });
  }
  return { diff: text(diff), copy };
}
