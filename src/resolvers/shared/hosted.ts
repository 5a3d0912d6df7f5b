import { fork, type ChildProcess } from "node:child_process";
import { defined } from "../../base/defined.ts";
import { ResolverError } from "../../base/errors.ts";
import type { DefinitionKey, Resolution, Resolver, ResolverOptions } from "../../resolver.ts";
import { OUT_OF_MEMORY } from "./memory-watch.ts";
import { answerSchema, type Answer, type Question } from "./protocol.ts";

const DEFAULT_MEMORY_BYTES = 2 * 1024 ** 3;
const DEFAULT_TIMEOUT_MS = 60_000;
const MEBIBYTE = 1024 ** 2;

/** The share of the cap that V8's heap may take; the rest is for the program itself. */
const HEAP_SHARE = 0.75;
/**
 * The share of the cap at which a process is replaced before the next question. What is left must do for any definition
 * that a fresh process can answer: one that runs out of memory in a process which is not fresh is asked again in one that is.
 */
const HIGH_WATER_SHARE = 0.6;

export interface HostedResolverOptions extends ResolverOptions {
  readonly engine: string;
  /** The module that calls `serve`. */
  readonly program: string;
}

/**
 * A resolver whose engine runs in a process of its own, which is started at the first question. Questions are answered one
 * after the other. The process gets a folder and nothing of the environment.
 */
export function hostedResolver(options: HostedResolverOptions): Resolver {
  const memoryBytes = options.memoryBytes ?? DEFAULT_MEMORY_BYTES;
  let current: EngineProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  const resolve = async (definition: DefinitionKey): Promise<Resolution> => {
    if (isClosed) throw failure("crashed", definition, "the resolver is closed");
    for (;;) {
      const isFresh = current === undefined;
      current ??= startProcess(options.program, memoryBytes);
      const reply = await current.ask(
        { folder: options.folder, definition },
        options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      );
      if ("ended" in reply) {
        await current.end();
        current = undefined;
        if (reply.ended === "out-of-memory" && !isFresh) continue;
        throw failure(reply.ended, definition, reply.detail);
      }
      if (reply.type !== "failed" && reply.residentBytes > memoryBytes * HIGH_WATER_SHARE) {
        await current.end();
        current = undefined;
      }
      return resolutionOf(reply, definition);
    }
  };

  return {
    engine: options.engine,
    resolve(definition) {
      const answered = last.then(() => resolve(definition));
      last = answered.catch(() => {});
      return answered;
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await current?.end();
      current = undefined;
    },
  };
}

function resolutionOf(reply: Answer, definition: DefinitionKey): Resolution {
  if (reply.type === "resolution") return { sites: reply.sites };
  if (reply.type === "failed") throw failure("crashed", definition, reply.message);
  throw new ResolverError({
    code: "definition-not-found",
    message: `${definition.path} has no definition ${definition.qualifiedName} (number ${definition.ordinal}) that can be read`,
    hint: "Take definitions from an outline of the same files.",
    fields: { ...definition },
  });
}

type Ended = "out-of-memory" | "timed-out" | "crashed";

function failure(ended: Ended, definition: DefinitionKey, detail: string): ResolverError {
  const what = `resolving ${definition.path}: ${definition.qualifiedName}`;
  const fields = { ...definition, detail };
  if (ended === "timed-out") {
    return new ResolverError({
      code: "resolver-timed-out",
      message: `No answer in time, ${what}: ${detail}`,
      fields,
    });
  }
  if (ended === "out-of-memory") {
    return new ResolverError({
      code: "resolver-out-of-memory",
      message: `Out of memory, ${what}: ${detail}`,
      fields,
    });
  }
  return new ResolverError({
    code: "resolver-crashed",
    message: `The engine failed, ${what}: ${detail}`,
    fields,
  });
}

type Reply = Answer | { readonly ended: Ended; readonly detail: string };

interface EngineProcess {
  ask(
    question: Question,
    timeoutMs: number,
  ): Promise<Answer | { readonly ended: Ended; readonly detail: string }>;
  /** Kills it and waits until it is gone. */
  end(): Promise<void>;
}

function startProcess(program: string, memoryBytes: number): EngineProcess {
  const heapMebibytes = Math.floor((memoryBytes * HEAP_SHARE) / MEBIBYTE);
  const child = fork(program, [String(memoryBytes)], {
    execArgv: [`--max-old-space-size=${heapMebibytes}`],
    env: defined({ NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] }),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const lastWords = keepLastWords(child);
  const closed = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  // A process that cannot be started closes too; writing to one that just ended is told by its end.
  child.on("error", () => {});
  return {
    async ask(question, timeoutMs) {
      const answered = new Promise<Reply>((resolve) => {
        child.once("message", (message) => resolve(parseReply(message)));
      });
      const ended = closed.then(() => endOf(child, lastWords()));
      const timer = Promise.withResolvers<Reply>();
      const timeout = setTimeout(
        () => timer.resolve({ ended: "timed-out", detail: `more than ${timeoutMs} ms` }),
        timeoutMs,
      );
      try {
        child.send(question, () => {});
        return await Promise.race([answered, ended, timer.promise]);
      } finally {
        clearTimeout(timeout);
        child.removeAllListeners("message");
      }
    },
    async end() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

function parseReply(message: unknown): Reply {
  const reply = answerSchema.safeParse(message);
  return reply.success ? reply.data : { ended: "crashed", detail: `no answer: ${reply.error.message}` };
}

function endOf(child: ChildProcess, lastWords: string): { ended: Ended; detail: string } {
  if (lastWords.includes(OUT_OF_MEMORY)) {
    return {
      ended: "out-of-memory",
      detail: lastWords.split("\n").find((line) => line.includes(OUT_OF_MEMORY)) ?? "",
    };
  }
  const how = child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
  return { ended: "crashed", detail: lastWords === "" ? how : `${how}: ${lastWords}` };
}

const LAST_WORDS_CHARACTERS = 8_000;

function keepLastWords(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    text = (text + chunk).slice(-LAST_WORDS_CHARACTERS);
  });
  return () => text.trim();
}
