import { setFlagsFromString } from "node:v8";
import { MEMORY_FLAGS } from "../../../base/memory-flags.ts";
import { noVerdict } from "../../../verdict.ts";
import { judgeFolder } from "./judge.ts";
import { reportVerdict } from "./report.ts";

/** `main TESTS WORKSPACE LOGS`: the program that `tests/test.sh` starts. Exit code 0 with a reward, 3 without one. */
const [tests = "", workspace = "", logs = ""] = process.argv.slice(2);
// Not on the command line: a Node.js that does not know one of them would not start.
for (const flag of MEMORY_FLAGS) setFlagsFromString(flag);
const verdict = await judgeFolder(tests, workspace).catch((error: unknown) =>
  noVerdict("verifier-failed", { detail: String(error) }),
);
await reportVerdict(logs, verdict);
const why = [...verdict.reasons, verdict.cause ?? ""].join(" ").trim();
process.stdout.write(`${verdict.outcome}${why === "" ? "" : `: ${why}`}\n`);
process.exitCode = verdict.reward === null ? 3 : 0;
