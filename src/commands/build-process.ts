import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { systemClock } from "../base/clock.ts";
import { createDeadline, whenOver } from "../base/deadline.ts";
import { EnvironmentError, HybridGymError, InputError } from "../base/errors.ts";
import { MEMORY_FLAGS } from "../base/memory-flags.ts";
import { siblingModule } from "../base/sibling.ts";
import type { PartRequest } from "../datasets/build-options.ts";
import type { Admit } from "../governor.ts";
import { leaveQuestionSchema, type LeaveAnswer, type LeaveQuestion } from "../governors/leave.ts";
import { createPermits } from "../governors/permits.ts";
import type { PartSettings } from "./part-options.ts";

export interface ProcessOptions {
  readonly settings: PartSettings;
  /** Seconds that one may take. */
  readonly seconds: number;
  /** MiB that one may have for its objects. */
  readonly megabytes: number;
  readonly signal?: AbortSignal;
  /** Leave for each call to a model's service; none where no service is asked. */
  readonly admit?: Admit;
}

/** What the process is told, once. */
export interface PartJob {
  readonly settings: PartSettings;
  readonly part: PartRequest;
  /** Each call to the model must be admitted by the parent. */
  readonly governed: boolean;
}

/** What a part took, of the process itself; programs that it started are not counted. */
const usageSchema = z.strictObject({
  seconds: z.number(),
  processor_seconds: z.number(),
  /** MiB of memory at the most. */
  peak_memory: z.number(),
});
export type PartUsage = z.infer<typeof usageSchema>;

/** What it says at its end. A process that says nothing has crashed. */
export const partAnswerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("done"), usage: usageSchema }),
  /** The repository's own fault: the others are built all the same. */
  z.strictObject({ kind: z.literal("refused"), code: z.string(), message: z.string() }),
  /** Whatever else is wrong is wrong for all. */
  z.strictObject({
    kind: z.literal("failed"),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    exit: z.int(),
  }),
]);
export type PartAnswer = z.infer<typeof partAnswerSchema>;
const partMessageSchema = z.union([partAnswerSchema, leaveQuestionSchema]);

export interface PartFailure {
  readonly code: string;
  readonly message: string;
}

/** Makes a part in a process of its own. @returns what it took; or why there is none, where that is the repository's fault. @throws HybridGymError for what is not · what `admit` throws. */
export async function buildInProcess(
  part: PartRequest,
  options: ProcessOptions,
): Promise<PartUsage | PartFailure> {
  const { settings, seconds, megabytes, signal, admit } = options;
  const child = fork(siblingModule(import.meta.url, "./build-worker"), {
    execArgv: [`--max-old-space-size=${megabytes}`, ...MEMORY_FLAGS],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const lastWords = keepEnd(child);
  let answer: PartAnswer | undefined;
  let late = false;
  // Services may be slow to have room, which is not the repository's fault.
  const deadline = createDeadline(seconds * 1000, Infinity, systemClock);
  const leave = admit && serveLeave(child, (size, asked) => deadline.standStill(() => admit(size, asked)));
  child.on("message", (text) => {
    const message = partMessageSchema.parse(text);
    if ("type" in message) leave?.serve(message);
    else answer = message;
  });
  const kill = () => void child.kill("SIGKILL");
  deadline.begin();
  const cancel = whenOver(deadline.remainingMs, () => {
    late = true;
    kill();
  });
  signal?.addEventListener("abort", kill);
  try {
    const closed = once(child, "close");
    child.send({ settings, part, governed: admit !== undefined } satisfies PartJob);
    await Promise.race([closed, ...(leave === undefined ? [] : [leave.refused])]);
  } finally {
    cancel();
    signal?.removeEventListener("abort", kill);
    kill();
    await leave?.close();
  }
  signal?.throwIfAborted();
  if (late) return { code: "build-took-too-long", message: `it was not built within ${seconds} s` };
  return outcomeOf(answer, child, lastWords());
}

/** Answers what a part's process asks of the governor. */
function serveLeave(child: ChildProcess, admit: Admit) {
  const permits = createPermits(admit);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const answer = (message: LeaveAnswer) => void (child.connected && child.send(message));
  return {
    serve(question: LeaveQuestion) {
      const { id } = question;
      if (question.type === "admit") permits.admit(question, () => answer({ type: "admitted", id }));
      else permits.settle(question).then(() => answer({ type: "settled", id }), reject);
    },
    /** Rejects when leave is refused for good, or an end cannot be written down. */
    refused: Promise.race([permits.refused, failed]),
    close: () => permits.close(),
  };
}

function outcomeOf(
  answer: PartAnswer | undefined,
  child: ChildProcess,
  words: string,
): PartUsage | PartFailure {
  switch (answer?.kind) {
    case "done":
      return answer.usage;
    case "refused":
      return answer;
    case "failed": {
      const { code, message, hint, exit } = answer;
      const Kind = exit === 3 ? EnvironmentError : exit === 2 ? InputError : HybridGymError;
      throw new Kind({ code, message, ...(hint === undefined ? {} : { hint }) });
    }
    case undefined: {
      const how = child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
      if (/heap out of memory|heap limit/i.test(words))
        return { code: "build-out-of-memory", message: "its process ran out of memory" };
      return { code: "build-crashed", message: `its process ended early (${how}): ${words.slice(-300)}` };
    }
  }
}

const LAST_WORDS_CHARACTERS = 4_000;

function keepEnd(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    text = (text + chunk).slice(-LAST_WORDS_CHARACTERS);
  });
  return () => text.trim();
}
