import { randomUUID } from "node:crypto";
import { AGENTS, describeAgent } from "../agents/index.ts";
import { commandProgram, COMMAND } from "../agents/external/command.ts";
import { findInstalled, installFailed, installProgram, type Installed } from "../agents/external/install.ts";
import type { ExternalProgram } from "../agents/external/program.ts";
import { EXTERNAL_PROGRAMS } from "../agents/external/programs.ts";
import { InputError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../base/owned-folder.ts";
import { MOUNTS, type SandboxProvider } from "../sandbox.ts";
import { openEmptyWorkspace } from "../workspaces/empty.ts";

/** Where an agent's program is found inside a sandbox. */
export const PROGRAM_PLACE = `${MOUNTS}/agent`;

export interface AgentListing {
  readonly name: string;
  readonly version: string;
  /** `ours` needs no installing, and so does `command`. */
  readonly kind: "ours" | "external";
  readonly installed: boolean;
  /** Where, if it is a program that is installed. */
  readonly path?: string;
  readonly summary: string;
}

/** The agents that there are. */
export function listAgents(): AgentListing[] {
  return AGENTS.map(({ name, version, kind, summary }) => {
    const program = EXTERNAL_PROGRAMS.find((one) => one.name === name);
    const found = program === undefined ? undefined : findInstalled(program);
    return {
      name,
      version,
      kind,
      installed: program === undefined || found !== undefined,
      ...(found === undefined ? {} : { path: found.folder }),
      summary,
    };
  });
}

/** The program behind a name; undefined for agents of ours. @throws InputError `no-such-agent`, `command-template`. */
export function findProgram(name: string, command?: string): ExternalProgram | undefined {
  if (name === COMMAND) return commandProgram(command ?? "");
  const program = EXTERNAL_PROGRAMS.find((one) => one.name === name);
  if (program === undefined) describeAgent(name);
  return program;
}

/**
 * Installs the program of an agent where it is not installed, and lets it say its version in a sandbox: nothing of it ever runs outside one.
 * @throws EnvironmentError as `installProgram` · InputError `no-such-agent`, `nothing-to-install`.
 */
export async function installAgent(name: string, sandboxes: SandboxProvider, log: Log): Promise<Installed> {
  const program = EXTERNAL_PROGRAMS.find((one) => one.name === name);
  if (program !== undefined) return ensureInstalled(program, sandboxes, log);
  describeAgent(name);
  throw new InputError({
    code: "nothing-to-install",
    message: `The agent ${name} needs no installing`,
    hint: `Those that do are ${EXTERNAL_PROGRAMS.map((one) => one.name).join(", ")}.`,
    fields: { name },
  });
}

export async function ensureInstalled(
  program: ExternalProgram,
  sandboxes: SandboxProvider,
  log: Log,
): Promise<Installed> {
  if (findInstalled(program) === undefined)
    log.info(`installing ${program.name} ${program.version}, once for this machine`);
  return installProgram(program, { check: (installed) => checkInside(program, installed, sandboxes) });
}

const CHECK_MS = 60_000;

async function checkInside(program: ExternalProgram, installed: Installed, sandboxes: SandboxProvider) {
  // That level would run it with all rights of ours.
  if (sandboxes.level === "process") return;
  const place = await makeOwnedFolder("w-");
  try {
    await using workspace = await openEmptyWorkspace(place);
    await using sandbox = await sandboxes.start({
      id: randomUUID(),
      workspace,
      mounts: [{ source: installed.folder, target: PROGRAM_PLACE }],
    });
    const words = [...installed.start(PROGRAM_PLACE), "--version"];
    const { exitCode, stdout, stderr } = await sandbox.exec(words, { timeoutMs: CHECK_MS });
    const said = Buffer.concat([stdout, stderr]).toString("utf8").trim();
    if (exitCode !== 0 || !said.includes(program.version)) {
      throw installFailed(
        program,
        `it does not say its version in a sandbox, but "${said.slice(-500)}" (exit code ${exitCode})`,
      );
    }
  } finally {
    await removeOwnedFolder(place);
  }
}
