import type { JudgePlan } from "../../plan.ts";
import type { CallsOracle } from "./answer.ts";
import { ANSWER_SECONDS, driverCommand, LIMITS } from "./commands.ts";
import { readReport } from "./driver-lines.ts";
import type { Candidate } from "./oracle.ts";
import { judgeReplay } from "./replayed.ts";

/** Calls the function in the agent's tree with inputs that were recorded with the original; what the original made of them stays here. */
export function callsPlan(oracle: CallsOracle, candidate: Candidate): JudgePlan {
  const { module, name, roots, calls, environment } = oracle;
  const job = { module, name, roots, inputs: calls.map(({ input }) => input), seconds: ANSWER_SECONDS };
  const isShown = environment !== undefined;
  return {
    commands: [driverCommand(candidate.files, { program: "replay", job, environment: isShown })],
    ...(isShown ? { environment } : {}),
    limits: LIMITS,
    decide: (results) =>
      judgeReplay(
        candidate,
        readReport(results, "replay"),
        calls.map(({ expected }) => expected),
        { oracle: oracle.kind, way: "recorded" },
      ),
  };
}
