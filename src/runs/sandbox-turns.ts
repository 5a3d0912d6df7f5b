import type { Log } from "../base/log.ts";
import { messageOf, SandboxError } from "../base/errors.ts";
import { within } from "../base/within.ts";
import type { Sandbox, SandboxOptions, SandboxProvider } from "../sandbox.ts";

/** Places for so many at a time, given in the order in which they were asked for. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves to what gives the place back; calling that again does nothing. @throws the reason of an aborted `signal`. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => {
      this.#waiting.splice(this.#waiting.indexOf(take), 1);
      reject(signal.reason);
    };
    const take = () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    };
    this.#waiting.push(take);
    signal.addEventListener("abort", onAbort, { once: true });
    return promise;
  }
}

/** All in seconds. */
export interface SandboxDeadlines {
  readonly startSeconds: number;
  readonly stopSeconds: number;
}

/** The sandboxes of one attempt: each call comes to its end, and they can be stopped from outside. */
export interface GuardedSandboxes {
  readonly provider: SandboxProvider;
  /** Stops what was started, whoever uses it. */
  stopAll(): Promise<void>;
}

/** @param onStarted called when a start has ended, well or not. */
export function guardSandboxes(
  provider: SandboxProvider,
  { startSeconds, stopSeconds }: SandboxDeadlines,
  log: Log,
  onStarted: () => void,
): GuardedSandboxes {
  const started = new Set<Sandbox>();
  let closed = false;
  // One that cannot be stopped must not take the attempt's outcome with it: it goes when its owner's are reaped.
  const stop = async (sandbox: Sandbox) => {
    started.delete(sandbox);
    await within(stopSeconds, "stopping a sandbox", sandbox.stop()).catch((error: unknown) =>
      log.warn(`the sandbox ${sandbox.id} was not stopped: ${messageOf(error)}`),
    );
  };
  const start = async (options: SandboxOptions) => {
    const starting = provider.start(options);
    // One that comes too late is nobody's.
    void starting.then((sandbox) => (closed ? stop(sandbox) : undefined)).catch(() => {});
    try {
      const sandbox = await within(startSeconds, "starting a sandbox", starting);
      started.add(sandbox);
      return guarded(sandbox, () => stop(sandbox));
    } catch (error) {
      closed = true;
      throw error instanceof SandboxError ? error : startFailed(error);
    } finally {
      onStarted();
    }
  };
  return {
    provider: {
      level: provider.level,
      probe: () => provider.probe(),
      start,
      async [Symbol.asyncDispose]() {},
    },
    async stopAll() {
      closed = true;
      await Promise.all([...started].map(stop));
    },
  };
}

function startFailed(cause: unknown): unknown {
  if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "took-too-long") return cause;
  return new SandboxError({
    code: "sandbox-start-timeout",
    message: cause.message,
    hint: "The machine may be overloaded: lower --concurrency or --sandbox-starts.",
    cause,
  });
}

function guarded(sandbox: Sandbox, stop: () => Promise<void>): Sandbox {
  return {
    id: sandbox.id,
    level: sandbox.level,
    root: sandbox.root,
    filesFolder: sandbox.filesFolder,
    exec: (command, options) => sandbox.exec(command, options),
    openShell: () => sandbox.openShell(),
    read: (path, options) => sandbox.read(path, options),
    write: (path, content) => sandbox.write(path, content),
    changes: () => sandbox.changes(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
