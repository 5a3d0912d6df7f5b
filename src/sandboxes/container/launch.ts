import { tmpdir } from "node:os";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { SandboxLimits } from "../../sandbox.ts";
import { exitOf, type Launcher, sandboxGone } from "../shared/launcher.ts";
import { execArguments, STARTED } from "./arguments.ts";
import type { Box } from "./box.ts";
import { type Engine, engineEnvironment, lastLine } from "./engine.ts";
import type { Keeper } from "./keeper.ts";

export interface LaunchSettings {
  readonly engine: Engine;
  readonly container: string;
  readonly limits: SandboxLimits;
  readonly keeper: Keeper;
  /** The engine's clients that run programs inside at the moment. */
  readonly clients: Set<ChildProcessWithoutNullStreams>;
  readonly box: Box;
}

const START_MS = 60_000;
const LET_GO_MS = 5_000;

export function createLauncher(settings: LaunchSettings): Launcher {
  const { engine, keeper, clients } = settings;
  const checkAlive = async () => {
    settings.box.check();
    if (!keeper.isAlive()) throw sandboxGone("its container ended");
  };
  return {
    async launch(request) {
      await checkAlive();
      const takeAway = settings.box.show(request.files ?? {});
      const child = spawn(engine.name, execArguments(engine, { ...settings, ...request }), {
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
        // The engine leaves a note in its working directory when memory ran out.
        cwd: tmpdir(),
        env: engineEnvironment(),
      });
      clients.add(child);
      const ended = () => {
        clients.delete(child);
        takeAway();
      };
      child.once("exit", ended);
      child.once("error", ended);
      await waitForStart(child);
      return child;
    },
    async kill(label, child) {
      await keeper.kill(label);
      // Its client ends with it; one that does not has lost its engine.
      const ended = exitOf(child).then(() => true);
      if ((await Promise.race([ended, delay(LET_GO_MS, false, { ref: false })])) === false)
        child.kill("SIGKILL");
    },
    checkAlive,
    async checkRan(child) {
      // A container that dies takes its programs with it, whatever code the client makes of that.
      if (child.exitCode !== 0 && !keeper.isAlive()) throw sandboxGone("its container ended");
    },
  };
}

/** Takes the sign of a program's beginning off its output. @throws SandboxError with what the engine said instead. */
function waitForStart(child: ChildProcessWithoutNullStreams): Promise<void> {
  let seen = Buffer.alloc(0);
  let said = "";
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString("utf8").slice(0, 10_000);
    };
    const fail = (detail: string, cause?: unknown) => {
      settle();
      child.kill("SIGKILL");
      reject(sandboxGone(`no program could be started in it (${detail})`, cause));
    };
    const read = () => {
      const chunk: Buffer | null = child.stdout.read();
      if (chunk === null) return;
      seen = Buffer.concat([seen, chunk]);
      if (seen.length < STARTED.length) return;
      if (seen.toString("latin1", 0, STARTED.length) !== STARTED) return fail("its start was not seen");
      settle();
      if (seen.length > STARTED.length) child.stdout.unshift(seen.subarray(STARTED.length));
      if (said !== "") child.stderr.unshift(Buffer.from(said));
      resolve();
    };
    const failed = (error: Error) => fail(error.message, error);
    const closed = () => fail(lastLine(said));
    const timer = setTimeout(() => fail(`no answer within ${START_MS / 1000} s`), START_MS);
    const settle = () => {
      clearTimeout(timer);
      child.stdout.off("readable", read);
      child.stderr.off("data", listen);
      child.stderr.pause();
      child.off("close", closed);
      child.off("error", failed);
    };
    child.stdout.on("readable", read);
    child.stderr.on("data", listen);
    child.once("close", closed);
    child.once("error", failed);
  });
}
