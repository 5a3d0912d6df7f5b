import { ATTEMPT_FORMAT } from "../../attempt.ts";
import { RUN_FORMAT } from "../../run.ts";

/**
 * Runs of format 1 had one agent with at most one model, named nowhere: their solver has this name. Their ledgers list targets as
 * strings and say `started`, with a process id, where `claimed` is said now.
 */
export const ONLY_SOLVER = "solver";

type Row = Readonly<Record<string, unknown>>;

/** An event of format 1 as one of this format; any other value as it is. */
export function liftEvent(value: unknown): unknown {
  if (!isRow(value)) return value;
  if (value["type"] === "declared" && value["schema_version"] === 1) {
    return { ...value, schema_version: RUN_FORMAT, targets: listOf(value["targets"]).map(liftTarget) };
  }
  if (value["type"] === "started") {
    const { process: id, ...rest } = value;
    return { ...rest, type: "claimed", worker: `:${String(id)}:` };
  }
  if (value["type"] === "finished") return { ...value, attempt: liftAttempt(value["attempt"]) };
  return value;
}

export function liftAttempt(value: unknown): unknown {
  if (!isRow(value) || value["schema_version"] !== 1) return value;
  return { ...value, schema_version: ATTEMPT_FORMAT, solver: ONLY_SOLVER };
}

/** `run.json`. */
export function liftManifest(value: Record<string, unknown>): Record<string, unknown> {
  const config = value["config"];
  if (!isRow(config)) return value;
  const { isolation, image, allow_unsafe, attempts, max_steps, deadline_seconds, max_tokens, ...solver } =
    config;
  return {
    ...value,
    config: {
      solvers: [{ name: ONLY_SOLVER, ...solver }],
      isolation,
      image,
      allow_unsafe,
      attempts,
      max_steps,
      deadline_seconds,
      max_tokens,
    },
  };
}

function liftTarget(id: unknown): unknown {
  if (typeof id !== "string") return id;
  const dot = id.lastIndexOf(".");
  return {
    id,
    instance: id.slice(0, dot),
    solver: ONLY_SOLVER,
    number: Number(id.slice(dot + 1)),
  };
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
