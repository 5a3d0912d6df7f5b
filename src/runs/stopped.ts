import { HybridGymError } from "../base/errors.ts";

/** The run ended early for a reason of its own; what was finished is kept and the same command continues. */
export class RunStopped extends HybridGymError {
  override readonly exitCode = 3;
}

/** The run was asked to end (a signal) and has targets left; the same command continues. */
export class RunInterrupted extends HybridGymError {
  constructor(left: number, fields: Readonly<Record<string, unknown>>) {
    super({
      code: "interrupted",
      message: `The run was ended with ${left} targets left`,
      hint: "What was finished is kept; the same command continues.",
      fields: { left, ...fields },
    });
  }
}
