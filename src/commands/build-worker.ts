import {
  BudgetError,
  EnvironmentError,
  HybridGymError,
  InputError,
  messageOf,
  ModelError,
  RepositoryError,
  SandboxError,
} from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import { createQuestions } from "../base/questions.ts";
import { buildPart } from "../datasets/build-part.ts";
import type { Admit } from "../governor.ts";
import {
  admitElsewhere,
  leaveAnswerSchema,
  type LeaveAnswer,
  type LeaveQuestion,
} from "../governors/leave.ts";
import type { PartAnswer, PartJob } from "./build-process.ts";
import { withPartOptions } from "./part-options.ts";

/** The process in which one repository's part of a dataset is made; see `build-process.ts`. */
process.once("message", (job) => void work(job as PartJob));
// Whoever asked is gone: nobody would take what comes.
process.once("disconnect", () => process.exit(1));

async function work({ settings, part, governed }: PartJob): Promise<void> {
  const around = { log: silentLog, ...(governed ? { admit: askParent() } : {}) };
  const answer = await withPartOptions(settings, around, (options) => buildPart(options, part)).then(
    (): PartAnswer => ({ kind: "done", usage: usageOf() }),
    answerFor,
  );
  process.send?.(answer, () => process.exit(0));
}

/** The parent holds the governor of the whole build. It ends this process where a call is refused. */
function askParent(): Admit {
  const questions = createQuestions<LeaveQuestion, LeaveAnswer>((question) => process.send?.(question));
  process.on("message", (answer) => questions.answer(leaveAnswerSchema.parse(answer)));
  return admitElsewhere(questions);
}

function usageOf() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    seconds: Math.round(performance.now()) / 1000,
    processor_seconds: Math.round((userCPUTime + systemCPUTime) / 1000) / 1000,
    peak_memory: Math.round(maxRSS / 1024),
  };
}

function answerFor(error: unknown): PartAnswer {
  const message = messageOf(error);
  if (!(error instanceof HybridGymError)) return { kind: "refused", code: "build-failed", message };
  const { code, hint } = error;
  if (!isEverybodys(error)) return { kind: "refused", code, message };
  return { kind: "failed", code, message, exit: error.exitCode, ...(hint === undefined ? {} : { hint }) };
}

/** The disk, the sandboxes, the model's service and the options are those of all repositories. */
function isEverybodys(error: HybridGymError): boolean {
  if (error instanceof RepositoryError) return false;
  return [EnvironmentError, SandboxError, ModelError, BudgetError, InputError].some(
    (kind) => error instanceof kind,
  );
}
