import { endOfBudget, type Agent, type AgentEnd, type AgentLimits, type Inside } from "../agent.ts";
import { ATTEMPT_FORMAT } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import type { Clock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import { createDeadline, type Deadline } from "../base/deadline.ts";
import { AgentError, HybridGymError, ModelError, SandboxError, messageOf } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { inSpan, markFailed } from "../base/tracing.ts";
import { within } from "../base/within.ts";
import type { Admit } from "../governor.ts";
import type { InstancePair } from "../instance.ts";
import type { Model, Sampling, Usage } from "../model.ts";
import { EGRESS_SOCKET, SandboxLimitError } from "../sandbox.ts";
import type { Mount, Sandbox, SandboxProvider, Shell } from "../sandbox.ts";
import { questionOf } from "../task.ts";
import type { TaskFamily } from "../task.ts";
import type { Tool } from "../tool.ts";
import { createToolBox } from "../tools/tool-box.ts";
import type { Tree } from "../tree.ts";
import { noVerdict, unsolved } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import { gradePatch } from "../verdicts/grade-patch.ts";
import { sandboxRunner } from "../verdicts/sandbox-runner.ts";
import { withEnd } from "../verdicts/with-end.ts";
import type { Workspace } from "../workspace.ts";
import type { ProgramSession, ProgramSessions } from "./program-session.ts";
import { openRecorder } from "./recorder.ts";
import type { Recorder, RecordFiles } from "./recorder.ts";
import { inAgentSpan, tracedRecorder, tracedTools } from "./traced.ts";

export interface AttemptOptions {
  readonly id: string;
  readonly target: string;
  /** Its name in the run's configuration. */
  readonly solver: string;
  readonly pair: InstancePair;
  readonly family: TaskFamily;
  readonly start: Tree;
  readonly workspace: Workspace;
  readonly agent: Agent;
  readonly model?: Model;
  readonly modelName?: string;
  /** How answers are drawn, as it is recorded. */
  readonly sampling?: Sampling;
  readonly tools: readonly Tool[];
  readonly sandboxes: SandboxProvider;
  /** Unique on this machine, where attempt ids of several runs may meet. */
  readonly sandboxId: string;
  readonly limits: AgentLimits;
  /** Asked before each request to the model. What it keeps the agent waiting is given back, up to `deadlineSeconds` once more. */
  readonly admit?: Admit;
  /** For an agent that is a program of its own. */
  readonly program?: ProgramOptions;
  readonly files: RecordFiles & {
    readonly patch: string;
    readonly attempt: string;
    /** What such a program prints. */
    readonly output: string;
  };
  readonly clock: Clock;
  /** Aborted with a `HybridGymError`: the attempt is given up, for that reason; with anything else: it is owed again. */
  readonly signal: AbortSignal;
  /** Called when something happens: an event, an exchange, a call of a tool. */
  readonly onActivity?: () => void;
  /** Whether whoever asked for the attempt waits for it no more. */
  readonly isLeftBehind?: () => boolean;
  /** US dollars of what was used, where the price is known. */
  readonly dollarsOf?: (usage: Usage) => number | undefined;
  /** Seconds that grading may take. */
  readonly gradeSeconds: number;
}

export interface ProgramOptions {
  readonly sessions: ProgramSessions;
  /** Where the program is on this machine, and inside; none at the level `process`. */
  readonly mounts: readonly Mount[];
}

interface Work {
  readonly end: AgentEnd | { readonly reason: "fault"; readonly detail: string };
  readonly patch: Uint8Array;
  readonly verdict: Verdict;
}

/**
 * One try, from start state to verdict. Whatever breaks outside the agent becomes `no-verdict` with the
 * boundary as its cause; what the agent did, caps included, is judged by the diff that it left.
 * @throws when the attempt was aborted, the disk is full, or the budget of its run or of the day is spent (BudgetError): then nothing is
 * finished, and it is owed again.
 */
export async function runAttempt(options: AttemptOptions): Promise<Attempt> {
  return inSpan("attempt", spanOf(options), async (span) => {
    const attempt = await makeAttempt(options);
    const { outcome, cause } = attempt.verdict;
    span.setAttributes({
      "hybrid_gym.outcome": outcome,
      "hybrid_gym.end": attempt.end,
      "hybrid_gym.steps": attempt.steps,
    });
    if (cause !== undefined) markFailed(span, cause);
    return attempt;
  });
}

function spanOf({ id, target, pair, solver, sandboxes }: AttemptOptions) {
  return {
    "hybrid_gym.attempt": id,
    "hybrid_gym.target": target,
    "hybrid_gym.instance": pair.instance.id,
    "hybrid_gym.solver": solver,
    "hybrid_gym.isolation": sandboxes.level,
  };
}

async function makeAttempt(options: AttemptOptions): Promise<Attempt> {
  const { id, target, pair, agent, clock, files } = options;
  const startedAt = clock.now().toISOString();
  const began = clock.elapsed();
  const opened = await openRecorder(
    files,
    {
      attempt: id,
      instance: pair.instance.id,
      agent: { name: agent.name, version: agent.version },
      ...(options.modelName === undefined ? {} : { model: options.modelName }),
      ...(options.sampling === undefined ? {} : { sampling: options.sampling }),
      // A program has tools of its own, which its exchanges name.
      tools: options.program === undefined ? options.tools.map((tool) => tool.definition) : [],
      isolation: options.sandboxes.level,
    },
    clock,
    options.onActivity,
  );
  await using recorder = tracedRecorder(opened, id, options.modelName);
  const work = await doWork(options, recorder);
  // One that was left behind, or is owed again, must not enter a record any more.
  if (isCutOff(options.signal) || options.isLeftBehind?.() === true) throw options.signal.reason;
  await recorder.end(work.end.reason, work.end.detail);
  await writeFileDurably(files.patch, work.patch);
  const attempt: Attempt = {
    schema_version: ATTEMPT_FORMAT,
    id,
    target,
    instance: pair.instance.id,
    solver: options.solver,
    agent: agent.name,
    agent_version: agent.version,
    ...(options.modelName === undefined ? {} : { model: options.modelName }),
    isolation: options.sandboxes.level,
    started_at: startedAt,
    seconds: Math.round(clock.elapsed() - began) / 1000,
    end: work.end.reason,
    steps: recorder.steps,
    usage: recorder.usage,
    ...defined({ dollars: options.dollarsOf?.(recorder.usage) }),
    patch_bytes: work.patch.byteLength,
    grader_version: options.family.graderVersion,
    verdict: work.verdict,
  };
  await writeFileDurably(files.attempt, `${JSON.stringify(attempt, null, 2)}\n`);
  return attempt;
}

/** What must be run for that is run in a new sandbox, as what the agent did was. */
function grade(
  { family, pair, start, workspace, sandboxes }: AttemptOptions,
  patch: Uint8Array,
): Promise<Verdict> {
  const { base = workspace.tree, gitDirectory, name } = workspace;
  const runner = sandboxRunner({
    sandboxes: async () => sandboxes,
    base,
    gitDirectory,
    name,
    scratch: `${gitDirectory}-judging`,
  });
  return gradePatch({ grader: family, question: questionOf(pair), start, patch, runner });
}

async function doWork(options: AttemptOptions, recorder: Recorder): Promise<Work> {
  const nothing = new Uint8Array();
  let session: ProgramSession | undefined;
  let sandbox: Sandbox | undefined;
  const { deadlineSeconds } = options.limits;
  const deadline = createDeadline(deadlineSeconds * 1000, deadlineSeconds * 1000, options.clock);
  try {
    session = await openSession(options, recorder, deadline);
    const started = await inSpan("sandbox start", {}, () => startSandbox(options, session));
    sandbox = started;
    options.onActivity?.();
    const outcome = await inAgentSpan(options.agent, () =>
      letAgentWork(options, started, recorder, session, deadline),
    );
    const patch = await changesOf(sandbox);
    if (outcome instanceof Error)
      return { ...fault(outcome), patch: patch instanceof Error ? nothing : patch };
    if (patch instanceof Error) return { end: outcome, patch: nothing, verdict: overLimit(patch, outcome) };
    options.onActivity?.();
    const verdict = await inSpan("grading", {}, () =>
      within(options.gradeSeconds, "grading", grade(options, patch)),
    );
    return { end: outcome, patch, verdict: withEnd(verdict, outcome.reason) };
  } catch (error) {
    if (isCutOff(options.signal)) throw options.signal.reason;
    return { ...fault(error), patch: nothing };
  } finally {
    // What went wrong in keeping exchanges ended the attempt already; it must not end the run.
    await session?.close().catch(() => {});
    await sandbox?.stop();
  }
}

async function openSession(
  options: AttemptOptions,
  recorder: Recorder,
  deadline: Deadline,
): Promise<ProgramSession | undefined> {
  return options.program?.sessions.open({
    limits: options.limits,
    ...admitOf(options, deadline),
    record: (exchange) => recorder.recordExchange(exchange),
    exchanges: options.files.exchanges,
  });
}

async function startSandbox(options: AttemptOptions, session: ProgramSession | undefined): Promise<Sandbox> {
  const { sandboxId: id, workspace } = options;
  return options.sandboxes.start({ id, workspace, ...shownTo(options, session) });
}

/** The level `process` keeps nobody in or out: there a program goes to the socket, and is found, where they lie. */
function shownTo({ sandboxes, program }: AttemptOptions, session: ProgramSession | undefined) {
  if (session === undefined || sandboxes.level === "process") return {};
  return { egress: { socket: session.socket }, mounts: program?.mounts ?? [] };
}

/** A fault while the agent works still leaves a diff worth keeping, so it is returned, not thrown. */
async function letAgentWork(
  options: AttemptOptions,
  sandbox: Sandbox,
  recorder: Recorder,
  session: ProgramSession | undefined,
  deadline: Deadline,
): Promise<AgentEnd | Error> {
  const { agent, limits, pair } = options;
  deadline.begin();
  const remainingMs = () => Math.max(0, deadline.remainingMs());
  let shell: Promise<Shell> | undefined;
  const context = {
    sandbox,
    shell: () => (shell ??= sandbox.openShell()),
    memory: new Map(),
    remainingMs,
  };
  const tools = tracedTools(createToolBox(options.tools, context));
  const run = async (): Promise<AgentEnd | Error> => {
    try {
      return await agent.run({
        instruction: pair.instance.instruction,
        tools,
        ...(options.model === undefined ? {} : { model: options.model }),
        limits,
        record: (event) => recorder.record(event),
        recordExchange: (exchange) => recorder.recordExchange(exchange),
        ...admitOf(options, deadline),
        ...(session === undefined ? {} : { inside: insideOf(options, sandbox, session) }),
        remainingMs,
        signal: options.signal,
      });
    } catch (error) {
      if (isCutOff(options.signal)) throw options.signal.reason;
      if (isInterrupting(error)) throw error;
      return endOfBudget(error) ?? (error instanceof Error ? error : new Error(String(error)));
    }
  };
  const ended = await run();
  if (isCutOff(options.signal)) throw options.signal.reason;
  // What one that was given up had done is kept all the same.
  const end: AgentEnd | Error = options.signal.aborted ? options.signal.reason : ended;
  if (session === undefined) return neverAnswered(end, options, recorder) ?? end;
  await session.close();
  for (const { event, at } of await session.conversation()) await recorder.record(event, at);
  return session.outcome() ?? end;
}

/** A service that was silent for all of an attempt's time failed: nobody was there whose work could be judged. */
function neverAnswered(
  end: AgentEnd | Error,
  { modelName, limits }: AttemptOptions,
  { steps }: Recorder,
): ModelError | undefined {
  if (end instanceof Error || end.reason !== "deadline" || steps > 0 || modelName === undefined)
    return undefined;
  return new ModelError({
    code: "model-timeout",
    message: `${modelName} gave no answer in the ${limits.deadlineSeconds} s of the attempt`,
    hint: "See the server's log; raise --deadline where it thinks that long.",
  });
}

/** Waiting for leave is the run's time, not the agent's. */
function admitOf({ admit }: AttemptOptions, deadline: Deadline): { admit?: Admit } {
  if (admit === undefined) return {};
  return { admit: (size, signal) => deadline.standStill(() => admit(size, signal)) };
}

function insideOf(options: AttemptOptions, sandbox: Sandbox, session: ProgramSession): Inside {
  return {
    sandbox,
    session: session.id,
    key: session.key,
    model: options.modelName ?? "",
    socket: options.sandboxes.level === "process" ? session.socket : EGRESS_SOCKET,
    limitReached: session.limitReached,
    keepOutput: (output) => writeFileDurably(options.files.output, output),
  };
}

/** An agent that left more than can be taken out ran into a cap of ours: that is its doing. */
async function changesOf(sandbox: Sandbox): Promise<Uint8Array | SandboxLimitError> {
  return sandbox.changes().catch((error: unknown) => {
    if (error instanceof SandboxLimitError) return error;
    throw error;
  });
}

function overLimit(error: SandboxLimitError, end: AgentEnd): Verdict {
  return withEnd(unsolved([error.code], { detail: error.message }), end.reason);
}

function fault(error: unknown): Pick<Work, "end" | "verdict"> {
  if (isInterrupting(error) || isAbort(error)) throw error;
  const detail = messageOf(error);
  return { end: { reason: "fault", detail }, verdict: noVerdict(causeOf(error), { detail }) };
}

/** The boundary that failed, then the code: `model:model-overloaded`. */
export function causeOf(error: unknown): string {
  const code = error instanceof HybridGymError ? `:${error.code}` : "";
  if (error instanceof ModelError) return `model${code}`;
  if (error instanceof SandboxError) return `sandbox${code}`;
  if (error instanceof AgentError) return `agent${code}`;
  return `internal${code}`;
}

/** What no attempt can go on after, and none is to blame for: it is owed again. */
const INTERRUPTING: ReadonlySet<string> = new Set([
  "disk-full",
  "not-writable",
  "run-budget-spent",
  "day-budget-spent",
  "price-unknown",
]);

function isInterrupting(error: unknown): boolean {
  return error instanceof HybridGymError && INTERRUPTING.has(error.code);
}

/** Given up by its owner, with no word on it. */
function isCutOff(signal: AbortSignal): boolean {
  return signal.aborted && !(signal.reason instanceof HybridGymError);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
