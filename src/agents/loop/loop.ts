import { turnOf, type Agent, type AgentContext, type AgentEnd, type AgentEvent } from "../../agent.ts";
import { whenOver } from "../../base/deadline.ts";
import { AgentError, ModelError } from "../../base/errors.ts";
import type { Model, ModelResponse, Sampling } from "../../model.ts";
import type { ToolPreset } from "../../tool.ts";
import { findPreset } from "../../tools/presets.ts";
import { answerCalls } from "./calls.ts";
import { condense } from "./condense.ts";
import { openConversation, type Conversation } from "./conversation.ts";
import { openTurnOf } from "./messages.ts";
import { systemPrompt } from "./system-prompt.ts";
import { estimatingCounter, loadTokenCounter } from "../../text/token-counter.ts";
import { contextLimit, crowded } from "./window.ts";

export const LOOP_VERSION = "2";

/** Turns in a row without a tool call after which the agent counts as stuck. */
const MAX_DEAD_TURNS = 3;
const GROWTH_BETWEEN_SUMMARIES = 1.1;

export interface LoopSettings extends Sampling {
  /** One of `TOOL_PRESETS`, whose tools the tool box has; `standard` when left out. */
  readonly tools?: string;
  /** Tokens that the model can take, its answer included; a request that would not fit is not sent. */
  readonly contextWindow?: number;
  /** Sums up older turns when the window gets full. */
  readonly condense?: boolean;
  /** The model's `tokenizer.json`; tokens that the service did not count are estimated without. */
  readonly tokenizer?: string;
}

/** The built-in agent: a model and tools take turns until the model says that it is done or a limit is reached. */
export function loopAgent(settings: LoopSettings = {}): Agent {
  return resumeLoop(settings, []);
}

/** Goes on from what was recorded of an attempt, in a sandbox that is as it was then; the limits are those of the whole. */
export function resumeLoop(settings: LoopSettings, events: readonly AgentEvent[]): Agent {
  const preset = findPreset(settings.tools);
  return {
    name: "loop",
    version: loopVersion(preset.name),
    run: (context) => run(settings, preset, events, context),
  };
}

/** The loop's version and that of the set of tools: what the model is told depends on both. */
export function loopVersion(tools?: string): string {
  const { name, version } = findPreset(tools);
  return `${LOOP_VERSION}+${name}.${version}`;
}

/** One attempt at work. */
interface Work {
  readonly model: Model;
  readonly preset: ToolPreset;
  readonly settings: LoopSettings;
  readonly context: AgentContext;
  readonly conversation: Conversation;
}

async function run(
  settings: LoopSettings,
  preset: ToolPreset,
  events: readonly AgentEvent[],
  context: AgentContext,
): Promise<AgentEnd> {
  const { tokenizer } = settings;
  const counter = tokenizer === undefined ? estimatingCounter : await loadTokenCounter(tokenizer);
  const conversation = openConversation(context, counter, events);
  const work: Work = { model: modelOf(context), preset, settings, context, conversation };
  if (events.some((event) => event.type === "result" && event.result.finished === true))
    return { reason: "finished" };
  await begin(work);
  for (let interrupted = events.length > 0; ; interrupted = false) {
    const end = (await settle(work, interrupted)) ?? conversation.budget.spent() ?? (await makeRoom(work));
    if (end !== undefined) return end;
    const answer = await ask(work);
    if (!("reason" in answer)) await conversation.add(turnOf(answer));
    else if (answer.reason !== "context-limit" || !(await shorten(work))) return answer;
  }
}

function modelOf({ model }: AgentContext): Model {
  if (model !== undefined) return model;
  throw new AgentError({
    code: "agent-needs-model",
    message: "The agent loop needs a model",
    hint: "Name one with --model and --base-url.",
  });
}

/** What stands before all attempts, then what is this one's: services keep what is the same. */
async function begin({ preset, context, conversation }: Work): Promise<void> {
  const has = (role: string) => conversation.messages.some((message) => message.role === role);
  if (!has("system")) {
    const content = await systemPrompt(preset, context.tools, context.limits);
    await conversation.add({ type: "input", role: "system", content });
  }
  if (has("user")) return;
  await conversation.add({ type: "input", role: "user", content: preset.taskPrompt(context.instruction) });
}

/** Does what the last turn asks for: runs its calls, or reminds a model that made none. */
async function settle(work: Work, interrupted: boolean): Promise<AgentEnd | undefined> {
  const { conversation, context, preset } = work;
  const open = openTurnOf(conversation.messages);
  if (open === undefined) return undefined;
  if (open.pending.length > 0)
    return answerCalls(open.pending, conversation, context, interrupted ? preset : undefined);
  const { cut, deadTurns, budget } = conversation;
  if (deadTurns >= MAX_DEAD_TURNS) {
    const detail = cut ? { detail: "the last answer was cut at its token limit" } : {};
    return { reason: "stopped-calling-tools", ...detail };
  }
  const content = preset.reminder(cut) + budget.notice();
  await conversation.add({ type: "input", role: "user", content });
  return undefined;
}

/** Sees to it that the next request fits. */
async function makeRoom(work: Work): Promise<AgentEnd | undefined> {
  const { settings, conversation } = work;
  const tokens = () => conversation.size.tokensOf(conversation.messages);
  const now = tokens();
  const full = contextLimit(now, settings) !== undefined;
  if (full || (crowded(now, settings) && hasGrown(now, conversation))) await shorten(work);
  return contextLimit(tokens(), settings);
}

/** A summary that made little room is not paid for again at every turn. */
function hasGrown(tokens: number, { summarizedTokens }: Conversation): boolean {
  return summarizedTokens === undefined || tokens >= summarizedTokens * GROWTH_BETWEEN_SUMMARIES;
}

/** False where that is not wanted, or nothing is left to leave out. */
async function shorten({ model, settings, preset, context, conversation }: Work): Promise<boolean> {
  if (settings.condense !== true) return false;
  const window = settings.contextWindow ?? conversation.size.tokensOf(conversation.messages);
  const task = preset.taskPrompt(context.instruction);
  const sampling = samplingOf(settings);
  using signal = untilDeadline(context);
  return await condense({ model, sampling, context, conversation, task, window, signal });
}

/** A history that outgrew the model, and a request that the deadline cut, are endings; other failures are the service's. */
async function ask({ model, settings, context, conversation }: Work): Promise<ModelResponse | AgentEnd> {
  using signal = untilDeadline(context);
  const { messages } = conversation;
  const tools = context.tools.definitions;
  try {
    return await model.complete({ messages, tools, sampling: samplingOf(settings), signal });
  } catch (error) {
    if (signal.aborted) return { reason: "deadline", detail: "during a request to the model" };
    if (error instanceof ModelError && error.code === "model-context-exceeded")
      return { reason: "context-limit", detail: error.message };
    throw error;
  }
}

function samplingOf(settings: LoopSettings): Sampling {
  const {
    tools: _,
    contextWindow: _window,
    condense: _condense,
    tokenizer: _tokenizer,
    ...sampling
  } = settings;
  return sampling;
}

/** Aborted when time is up or the attempt is given up; waiting for leave to ask may put the first off. */
function untilDeadline(context: AgentContext): AbortSignal & Disposable {
  const over = new AbortController();
  const reason = new DOMException("The attempt's time is up", "TimeoutError");
  const cancel = whenOver(
    () => context.remainingMs(),
    () => over.abort(reason),
  );
  return Object.assign(AbortSignal.any([context.signal, over.signal]), { [Symbol.dispose]: cancel });
}
