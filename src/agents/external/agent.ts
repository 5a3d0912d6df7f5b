import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Agent, AgentContext, AgentEnd, Inside } from "../../agent.ts";
import { whenOver } from "../../base/deadline.ts";
import { AgentError } from "../../base/errors.ts";
import type { ExecResult } from "../../sandbox.ts";
import { dataFile } from "./data.ts";
import type { ExternalProgram } from "./program.ts";

export interface ExternalAgentSettings {
  readonly program: ExternalProgram;
  /** Words that start the installed program, as processes inside see it; empty where nothing is installed. */
  readonly start: readonly string[];
}

/** Stands for the address inside, which is known when the launcher listens. */
const ORIGIN = "http://egress.invalid";
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * An agent that is a program of its own. It runs inside the sandbox with nothing but its instruction and the socket of a recording
 * endpoint; its configuration lies in the sandbox's home, and so in no diff. What it says is evidence, not judged: its exit code tells `finished`
 * from `exited-with-error`.
 * @throws AgentError `agent-not-inside` where there is no place for it · `agent-does-not-start` when the launcher or the program is not there.
 */
export function externalAgent(settings: ExternalAgentSettings): Agent {
  const { name, version } = settings.program;
  return { name, version, run: (context) => runInside(settings, context) };
}

async function runInside(settings: ExternalAgentSettings, context: AgentContext): Promise<AgentEnd> {
  const { inside } = context;
  if (inside === undefined) {
    throw new AgentError({
      code: "agent-not-inside",
      message: `The agent ${settings.program.name} is a program and needs a sandbox to run in`,
    });
  }
  const files = filesFor(settings, inside, context);
  const token = randomUUID();
  const timeUp = new AbortController();
  const cancel = whenOver(
    () => context.remainingMs(),
    () => timeUp.abort(),
  );
  const result = await inside.sandbox
    .exec(
      ["python3", "-I", `${inside.sandbox.filesFolder}/launch.py`, `${inside.sandbox.filesFolder}/plan.json`],
      {
        files,
        stdin: Buffer.concat([Buffer.from(`${token}\n`), files.instruction]),
        maxOutputBytes: MAX_OUTPUT_BYTES,
        signal: context.signal,
        // Not a limit that is fixed now: waiting for the model's service to have room puts it off.
        endSignal: AbortSignal.any([inside.limitReached, timeUp.signal]),
      },
    )
    .finally(cancel);
  await inside.keepOutput?.(outputOf(result));
  if (timeUp.signal.aborted) return { reason: "deadline" };
  return endOf(settings.program, result, token);
}

function filesFor({ program, start }: ExternalAgentSettings, inside: Inside, context: AgentContext) {
  const invocation = program.invoke({
    program: start,
    baseUrl: `${ORIGIN}/${inside.session}`,
    key: inside.key,
    model: inside.model,
    instructionFile: `${inside.sandbox.filesFolder}/instruction`,
    maxSteps: context.limits.maxSteps,
  });
  const plan = { socket: inside.socket, origin: ORIGIN, ...invocation };
  return {
    "launch.py": readFileSync(dataFile("launch.py")),
    "plan.json": Buffer.from(JSON.stringify(plan)),
    instruction: Buffer.from(context.instruction),
  };
}

/** The launcher's first line, before there is a program that could say it. */
const STARTING = "launch: starting\n";
/** The second where there is no program, with the token that the launcher alone was told: no program can say that it is not there. */
const notStarted = (token: string) => `${STARTING}launch: ${token} cannot start`;
const NOT_STARTED_CODE = 127;
const LAST_WORDS_CHARACTERS = 2_000;

function endOf(program: ExternalProgram, result: ExecResult, token: string): AgentEnd {
  if (result.exitCode === 0) return { reason: "finished" };
  const words = lastWords(result).replace(`${token} `, "");
  const said = text(result.stderr);
  const isThere = result.exitCode !== NOT_STARTED_CODE || !said.startsWith(notStarted(token));
  if (!said.startsWith(STARTING) || !isThere) {
    throw new AgentError({
      code: "agent-does-not-start",
      message: `The agent ${program.name} does not start in the sandbox: ${words}`,
      hint: "The sandbox must have Python 3.8 or later, and the libraries that the program needs.",
      fields: { exit_code: result.exitCode },
    });
  }
  return { reason: "exited-with-error", detail: `exit code ${result.exitCode}: ${words}` };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

function lastWords({ stdout, stderr }: ExecResult): string {
  const complaint = text(stderr).replace(STARTING, "").trim();
  return (complaint === "" ? text(stdout).trim() : complaint).slice(-LAST_WORDS_CHARACTERS);
}

function outputOf({ stdout, stderr, droppedBytes }: ExecResult): Uint8Array {
  const dropped = droppedBytes === 0 ? "" : `\n[${droppedBytes} bytes are not kept]\n`;
  return Buffer.concat([stdout, Buffer.from(text(stderr).replace(STARTING, "") + dropped)]);
}
