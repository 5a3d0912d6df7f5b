import type { Agent, AgentContext, AgentEnd } from "../../agent.ts";
import { AgentError, ModelError } from "../../base/errors.ts";
import type { Message, Model, ModelResponse, ToolCall } from "../../model.ts";
import type { ToolResult } from "../../tool.ts";
import { createBudget, type Budget } from "./budget.ts";
import { systemPrompt } from "./system-prompt.ts";

export const LOOP_VERSION = "1";

/** Turns in a row without a tool call after which the agent counts as stuck. */
const MAX_DEAD_TURNS = 3;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface LoopSettings {
  /** Tokens that one answer may have; default: the service's. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
}

/** The built-in agent: a model and tools take turns until the model calls `finish` or a limit is reached. */
export function loopAgent(settings: LoopSettings = {}): Agent {
  return {
    name: "loop",
    version: LOOP_VERSION,
    async run(context) {
      const { model } = context;
      if (model === undefined) {
        throw new AgentError({
          code: "agent-needs-model",
          message: "The agent loop needs a model",
          hint: "Name one with --model and --base-url.",
        });
      }
      const messages: Message[] = [];
      const say = async (role: "system" | "user", content: string) => {
        await context.record({ type: "input", role, content });
        messages.push({ role, content });
      };
      await say("system", await systemPrompt(context.tools));
      await say("user", context.instruction);

      const budget = createBudget(context);
      for (let deadTurns = 0; ;) {
        const spent = budget.spent();
        if (spent !== undefined) return spent;
        const answer = await ask(model, messages, settings, context);
        if ("reason" in answer) return answer;
        budget.count(messages, answer);
        await recordTurn(answer, context);
        messages.push(answer.message);

        if (answer.message.toolCalls.length === 0) {
          if (++deadTurns === MAX_DEAD_TURNS) return { reason: "stopped-calling-tools" };
          await say("user", reminder(answer) + budget.notice());
          continue;
        }
        deadTurns = 0;
        if (await callTools(answer.message.toolCalls, messages, budget, context))
          return { reason: "finished" };
      }
    },
  };
}

/** A history that outgrew the model, and a request that the deadline cut, are endings; other failures are the service's. */
async function ask(
  model: Model,
  messages: readonly Message[],
  settings: LoopSettings,
  context: AgentContext,
): Promise<ModelResponse | AgentEnd> {
  const left = Math.min(Math.max(1, Math.ceil(context.remainingMs())), LONGEST_TIMER_MS);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(left)]);
  try {
    const request = { messages: [...messages], tools: context.tools.definitions, sampling: settings, signal };
    return await model.complete(request);
  } catch (error) {
    if (signal.aborted) return { reason: "deadline", detail: "during a request to the model" };
    if (error instanceof ModelError && error.code === "model-context-exceeded") {
      return { reason: "token-limit", detail: error.message };
    }
    throw error;
  }
}

async function recordTurn(answer: ModelResponse, context: AgentContext): Promise<void> {
  const { message, usage, servedModel } = answer;
  await context.record({
    type: "turn",
    message,
    usage,
    ...(servedModel === undefined ? {} : { servedModel }),
  });
}

function reminder(answer: ModelResponse): string {
  const cut = answer.stop === "length" ? "Your answer was cut at its token limit. " : "";
  return `${cut}There was no tool call. Go on with the task; call \`finish\` when you are done.`;
}

/** Calls in order; after one that finishes, the rest are answered but not run. True when the agent is done. */
async function callTools(
  calls: readonly ToolCall[],
  messages: Message[],
  budget: Budget,
  context: AgentContext,
): Promise<boolean> {
  let finished = false;
  for (const [index, call] of calls.entries()) {
    const result: ToolResult = finished ? NOT_RUN : await callTool(call, context);
    finished ||= result.finished === true;
    const content =
      index === calls.length - 1 && !finished ? result.content + budget.notice() : result.content;
    await context.record({
      type: "result",
      toolCallId: call.id,
      toolName: call.name,
      result: { ...result, content },
    });
    messages.push({ role: "tool", toolCallId: call.id, toolName: call.name, content });
  }
  return finished;
}

const NOT_RUN: ToolResult = { content: "Not run: the work was already finished.", isError: true };

async function callTool(call: ToolCall, context: AgentContext): Promise<ToolResult> {
  if (!call.malformed) return context.tools.call(call.name, { ...call.arguments });
  return {
    content: `The arguments of this call were not a JSON object, so it was not run. Send it again. They were: ${String(
      call.arguments["malformed"],
    ).slice(0, 1000)}`,
    isError: true,
  };
}
