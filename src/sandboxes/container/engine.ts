import { z } from "zod";
import { EnvironmentError, SandboxError } from "../../base/errors.ts";
import { runProgram, type RunResult } from "../../base/process.ts";

export type EngineName = "podman" | "docker";

/** From the one that needs no daemon. */
export const ENGINES: readonly EngineName[] = ["podman", "docker"];

/** A container engine that answers. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Its root is not the machine's root. */
  readonly rootless: boolean;
  /** It can hold limits of memory and processes. */
  readonly limited: boolean;
}

/** `stage` orders what is missing: the later, the closer to a working engine. */
export interface EngineProblem {
  readonly stage: "not-installed" | "no-answer" | "no-image" | "does-not-start";
  readonly reason: string;
  readonly fix: string;
}

/** Engines answer in tenths of a second, and in several seconds on a machine at work: a run must not be refused for that. */
const ANSWER_MS = 10_000;
const COMMAND_MS = 60_000;

/** Runs the engine's client to its end; it needs the user's own environment to find its engine. */
export async function runEngine(
  name: EngineName,
  args: readonly string[],
  timeoutMs = COMMAND_MS,
): Promise<RunResult & { readonly text: string }> {
  const result = await runProgram(name, args, { environment: engineEnvironment(), timeoutMs });
  return { ...result, text: Buffer.from(result.stdout).toString("utf8") };
}

export function engineEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const podmanSchema = z.object({
  host: z.object({
    cgroupVersion: z.string().optional(),
    cgroupControllers: z.array(z.string()).nullish(),
    security: z.object({ rootless: z.boolean() }),
  }),
  version: z.object({ Version: z.string() }),
});

const dockerSchema = z.object({
  ServerVersion: z.string().min(1),
  MemoryLimit: z.boolean(),
  PidsLimit: z.boolean(),
  SecurityOptions: z.array(z.string()).nullish(),
});

/** Whether an engine is installed and answers, within ten seconds. */
export async function findEngine(name: EngineName): Promise<Engine | EngineProblem> {
  let result;
  try {
    const format = name === "podman" ? "json" : "{{json .}}";
    result = await runEngine(name, ["info", "--format", format], ANSWER_MS);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { stage: "not-installed", reason: `${name} is not installed`, fix: "Install podman or Docker." };
  }
  const engine = result.exitCode === 0 ? parseEngine(name, result.text) : undefined;
  if (engine !== undefined) return engine;
  const said = result.timedOut ? `no answer within ${ANSWER_MS / 1000} s` : lastLine(result.stderr);
  return {
    stage: "no-answer",
    reason: `${name} is installed, but its engine cannot be reached: ${said}`,
    fix: `Start the engine, or get the right to use it; "${name} info" must succeed.`,
  };
}

function parseEngine(name: EngineName, text: string): Engine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (name === "podman") {
    const info = podmanSchema.safeParse(value).data;
    if (info === undefined) return undefined;
    const { rootless } = info.host.security;
    const controllers = info.host.cgroupControllers ?? [];
    const delegated =
      info.host.cgroupVersion === "v2" && controllers.includes("memory") && controllers.includes("pids");
    return { name, version: info.version.Version, rootless, limited: !rootless || delegated };
  }
  const info = dockerSchema.safeParse(value).data;
  if (info === undefined) return undefined;
  const rootless = (info.SecurityOptions ?? []).some((option) => option.startsWith("name=rootless"));
  return { name, version: info.ServerVersion, rootless, limited: info.MemoryLimit && info.PidsLimit };
}

export function isProblem(found: Engine | EngineProblem): found is EngineProblem {
  return "stage" in found;
}

/** What is wrong with an image; undefined when it is there. Nothing is ever pulled. */
export async function findImage(name: EngineName, image: string): Promise<EngineProblem | undefined> {
  const result = await runEngine(name, ["image", "inspect", "--format", "{{.Id}}", image]);
  if (result.exitCode === 0) return undefined;
  return {
    stage: "no-image",
    reason: `${name} has no image ${image}`,
    fix: `Run "${name} pull ${image}"; sandboxes never pull by themselves.`,
  };
}

/** What a client complained about, in one line. */
export function lastLine(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? "it said nothing";
}

/**
 * Removes a container and all its processes. One that is not there is no failure.
 * @throws SandboxError when it is still there.
 */
export async function removeContainer(name: EngineName, container: string): Promise<void> {
  let said = "";
  for (let attempt = 0; attempt < 5; attempt++) {
    const removed = await runEngine(name, ["rm", "--force", "--volumes", container]);
    said = lastLine(removed.stderr);
    // A container that is removing itself at this moment is an error of `rm`, and gone a moment later.
    const left = await runEngine(name, ["ps", "--all", "--quiet", "--filter", `name=^${container}$`]);
    if (left.exitCode === 0 && left.text.trim() === "") return;
  }
  throw new SandboxError({
    code: "sandbox-not-removed",
    message: `${name} could not remove the container ${container}: ${said}`,
    hint: `Remove it with "${name} rm --force ${container}".`,
  });
}
