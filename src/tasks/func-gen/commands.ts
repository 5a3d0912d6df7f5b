import type { Json } from "../../base/json.ts";
import type { PlanCommand } from "../../plan.ts";
import type { SandboxLimits } from "../../sandbox.ts";
import type { DriverFiles } from "./driver-files.ts";

/** Enough for what tests of one function do; what needs more is taken for a runaway. */
export const LIMITS: Partial<SandboxLimits> = {
  memoryBytes: 2 * 1024 ** 3,
  diskBytes: 256 * 1024 ** 2,
  fileBytes: 64 * 1024 ** 2,
  processes: 64,
};

/** Seconds for one call, and for one command with all its calls. */
export const CALL_SECONDS = 5;
/** For a call of which it is known that the original needed much less. */
export const ANSWER_SECONDS = 3;
/** For a phase of a test, and for all of them: an answer gets twice what the original may need, and more. */
export const TESTS_SECONDS = {
  making: { seconds: 2, limit: 15 },
  judging: { seconds: 5, limit: 50 },
} as const;
const COMMAND_SECONDS = 60;
const MOST_OUTPUT = 16 * 1024 ** 2;

/** What a program of the driver is asked to do. */
export interface DriverJob {
  readonly program:
    | "record"
    | "replay"
    | "reach"
    | "own_comparison"
    | "own_tests"
    | "own_mutants"
    | "gate"
    | "collect"
    | "doctests"
    | "mutate";
  /** Names its result; the program when left out. */
  readonly name?: string;
  readonly job: Readonly<Record<string, Json>>;
  /** Lets installed packages be imported. */
  readonly packages?: boolean;
  /** Lets those of the plan's environment be imported. */
  readonly environment?: boolean;
  readonly stdin?: string;
  /** The order of sets of strings depends on it. */
  readonly hashSeed?: number;
  readonly seconds?: number;
}

export function driverCommand(files: DriverFiles, task: DriverJob): PlanCommand {
  const {
    program,
    name = program,
    job,
    packages = false,
    environment = false,
    stdin,
    hashSeed = 0,
    seconds = COMMAND_SECONDS,
  } = task;
  const site = packages ? [] : ["-S"];
  const shown = environment ? ["{environment}"] : [];
  return {
    name,
    // Not isolated (`-I`), for that would ignore the seed; nothing of the folder or of the user is searched for modules.
    command: ["python3", "-s", "-B", ...site, `{files}/${program}.py`, "{files}/job.json", ...shown],
    environment: { PYTHONHASHSEED: String(hashSeed), PYTHONPATH: "" },
    files: { ...files, "job.json": Buffer.from(JSON.stringify(job)) },
    timeoutMs: seconds * 1000,
    maxOutputBytes: MOST_OUTPUT,
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
  };
}
