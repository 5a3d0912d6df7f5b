/**
 * Failure is data: every error that a user may see is a `HybridGymError` with a code that a
 * script can match, a message that says what happened and a hint that says what to do next.
 * One class per boundary crossed; `cli/main.ts` is the one place that turns them into exit codes.
 */
export interface ErrorDetails {
  /** Stable, kebab-case; documented in docs/errors.md. */
  code: string;
  message: string;
  /** What the reader can do about it, as an instruction. */
  hint?: string | undefined;
  /** Machine-readable context, printed with `--json`. */
  fields?: Record<string, unknown> | undefined;
  cause?: unknown;
}

/** 1: ran, its own check failed · 2: wrong usage or input · 3: the environment lacks something. */
export type ExitCode = 1 | 2 | 3;

export class HybridGymError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly fields: Record<string, unknown>;
  readonly exitCode: ExitCode = 1;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.hint = details.hint;
    this.fields = details.fields ?? {};
  }
}

/** Wrong flags, malformed files, rows that lack a field: the caller must change the input. */
export class InputError extends HybridGymError {
  override readonly exitCode = 2;
}

/** The machine lacks something: a program, disk space, a kernel feature. */
export class EnvironmentError extends HybridGymError {
  override readonly exitCode = 3;
}

/** Reading a repository failed. */
export class RepositoryError extends InputError {}

/** The sandbox itself failed (not a command inside it). Never counted against an agent. */
export class SandboxError extends HybridGymError {
  override readonly exitCode = 3;
}

/** The model's service failed (not the model's answer). Never counted against an agent. */
export class ModelError extends HybridGymError {}

/** What may be spent is spent, or cannot be counted. Nobody's failure: who raises the cap goes on. */
export class BudgetError extends HybridGymError {
  override readonly exitCode = 3;
}

/** A request or an answer is not what its dialect says, or broke off. */
export class DialectError extends HybridGymError {}

/** Our agent program failed (crashed, broke its protocol). */
export class AgentError extends HybridGymError {}

/** A task family could not do its part: an instance that does not fit its repository, say. */
export class TaskError extends HybridGymError {}

/** The engine that resolves calls failed (not: found no answer). */
export class ResolverError extends HybridGymError {}

/** A document of somebody else's cannot be read as an attempt; the documents around it can. */
export class ImportError extends InputError {}

/** The hub failed, or has not what it should have (not: we were given a wrong name). */
export class HubError extends HybridGymError {}

/** Reading or writing runs and datasets failed. */
export class StoreError extends HybridGymError {}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's system error code (`ENOENT`, `ENOSPC`…), when there is one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
