import type { AgentContext, AgentEnd } from "../../agent.ts";
import type { Json } from "../../base/json.ts";
import type { ToolResult } from "../../tool.ts";

/** The scripted agent's own turns: a short text and one tool call each, recorded like a model's. */
export interface Session {
  readonly instruction: string;
  /** Says `why` and calls a tool. @throws SessionOver when a limit is reached first. */
  act(why: string, tool: string, args: { readonly [key: string]: Json }): Promise<ToolResult>;
  /** Runs a shell command and gives its output. */
  shell(why: string, command: string): Promise<string>;
  /** Writes a thought down, where there is a tool for it. */
  think(why: string, thought: string): Promise<void>;
}

/** Ends the script from wherever it is; caught by the agent. */
export class SessionOver extends Error {
  readonly end: AgentEnd;
  constructor(end: AgentEnd) {
    super(end.reason);
    this.end = end;
  }
}

const MAX_STEPS = 40;

export function createSession(context: AgentContext): Session {
  const limit = Math.min(context.limits.maxSteps, MAX_STEPS);
  const has = (tool: string) => context.tools.definitions.some((definition) => definition.name === tool);
  let steps = 0;

  const act: Session["act"] = async (why, tool, args) => {
    if (context.signal.aborted || context.remainingMs() <= 0) throw new SessionOver({ reason: "deadline" });
    if (steps >= limit) throw new SessionOver({ reason: "step-limit", detail: `${steps} steps` });
    steps++;
    const toolCallId = `step_${steps}`;
    const toolCalls = [{ id: toolCallId, name: tool, arguments: args, malformed: false }];
    await context.record({
      type: "turn",
      message: { role: "assistant", content: why, toolCalls },
      usage: { inputTokens: 0, outputTokens: 0 },
    });
    const result = await context.tools.call(tool, args);
    await context.record({ type: "result", toolCallId, toolName: tool, result });
    if (result.finished === true) throw new SessionOver({ reason: "finished" });
    return result;
  };
  return {
    instruction: context.instruction,
    act,
    shell: async (why, command) => (await act(why, "bash", { command })).content,
    think: async (why, thought) => {
      if (has("think")) await act(why, "think", { thought });
    },
  };
}
