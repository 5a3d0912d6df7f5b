import type { Attempt } from "../attempt.ts";
import { HybridGymError } from "../base/errors.ts";

/** Faults that every further attempt would meet too; going on would only make more of them. */
export const FATAL_CAUSES = [
  {
    cause: "model:model-unreachable",
    hint: "Check --base-url and that the server runs; then run the same command again.",
  },
  {
    cause: "model:model-unauthorized",
    hint: "Set the API key that the endpoint wants; then run the same command again.",
  },
  { cause: "model:model-not-found", hint: "Check --model against the names that the endpoint serves." },
  {
    cause: "model:model-redirected",
    hint: "Where another model answered that you mean, accept its name with --served-model NAME; where another address was named, make it the --base-url. Then run the same command again.",
  },
] as const;

/** The run ended early; what was finished is kept and the same command continues. */
export class RunStopped extends HybridGymError {
  override readonly exitCode = 3;

  constructor(fatal: (typeof FATAL_CAUSES)[number], attempt: Attempt) {
    super({
      code: fatal.cause.replace(/^.*:/, ""),
      message: `The run stopped: ${String(attempt.verdict.facts["detail"] ?? fatal.cause)}`,
      hint: fatal.hint,
      fields: { cause: fatal.cause, attempt: attempt.id },
    });
  }
}
