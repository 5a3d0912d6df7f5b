import { Worker } from "node:worker_threads";
import { messageOf } from "../base/errors.ts";

export interface PoolOptions<Item, Message> {
  /** The worker's module: it answers each message with one message. */
  readonly module: string;
  readonly workers: number;
  readonly items: readonly Item[];
  /** Makes the message for an item; called when a worker is free, so that only a few are in memory. */
  readonly prepare: (item: Item) => Promise<Message>;
  /** Milliseconds for one item before its worker counts as dead. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export type PoolAnswer = { readonly answer: unknown } | { readonly crashed: string };

/**
 * Sends items to worker threads and returns their answers in the order of the items. An item whose worker dies is
 * tried once more in a new worker; then it counts as crashed and the rest goes on.
 * @throws what `prepare` throws, and the signal's reason.
 */
export async function runInWorkers<Item, Message>(
  options: PoolOptions<Item, Message>,
): Promise<PoolAnswer[]> {
  const { items, signal } = options;
  const answers: PoolAnswer[] = [];
  const state = { next: 0, failed: false };
  const serve = async () => {
    let thread: Thread | undefined;
    try {
      while (state.next < items.length && !state.failed) {
        signal?.throwIfAborted();
        const index = state.next++;
        const message = await options.prepare(items[index] as Item);
        for (let attempt = 1; attempt <= 2; attempt++) {
          thread ??= startThread(options.module);
          const answer = await ask(thread, message, options);
          answers[index] = answer;
          if ("answer" in answer) break;
          await thread.worker.terminate();
          thread = undefined;
        }
      }
    } catch (error) {
      state.failed = true;
      throw error;
    } finally {
      await thread?.worker.terminate();
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: options.workers }, serve));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return answers;
}

/** A worker that remembers its death: it may come while nobody waits for an answer. */
interface Thread {
  readonly worker: Worker;
  death: string | undefined;
  hear: (answer: PoolAnswer) => void;
}

function startThread(module: string): Thread {
  const worker = new Worker(module, {
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 },
  });
  const thread: Thread = { worker, death: undefined, hear() {} };
  const die = (why: string) => {
    thread.death ??= why;
    thread.hear({ crashed: thread.death });
  };
  worker.on("message", (answer: unknown) => thread.hear({ answer }));
  worker.on("error", (error) => die(messageOf(error)));
  worker.on("exit", (code) => die(`the worker ended with code ${code}`));
  return thread;
}

/** One question and its answer, or why none came. */
function ask<Item, Message>(
  thread: Thread,
  message: Message,
  { timeoutMs = 120_000, signal }: PoolOptions<Item, Message>,
): Promise<PoolAnswer> {
  return new Promise((resolve, reject) => {
    if (thread.death !== undefined) return resolve({ crashed: thread.death });
    const timer = setTimeout(() => settle({ crashed: `no answer within ${timeoutMs / 1000} s` }), timeoutMs);
    const clean = () => {
      clearTimeout(timer);
      thread.hear = () => {};
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      clean();
      reject(signal?.reason);
    };
    const settle = (answer: PoolAnswer) => {
      clean();
      resolve(answer);
    };
    thread.hear = settle;
    signal?.addEventListener("abort", onAbort);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.worker.postMessage(message);
  });
}
