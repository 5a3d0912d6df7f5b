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
import { buildPart } from "../datasets/build-part.ts";
import type { PartAnswer, PartJob } from "./build-process.ts";
import { withPartOptions } from "./part-options.ts";

/** The process in which one repository's part of a dataset is made; see `build-process.ts`. */
process.once("message", (job) => void work(job as PartJob));
// Whoever asked is gone: nobody would take what comes.
process.once("disconnect", () => process.exit(1));

async function work({ settings, part }: PartJob): Promise<void> {
  const answer = await withPartOptions(settings, { log: silentLog }, (options) =>
    buildPart(options, part),
  ).then((): PartAnswer => ({ kind: "done", usage: usageOf() }), answerFor);
  process.send?.(answer, () => process.exit(0));
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
