import type { Json } from "./base/json.ts";
import type { AssistantMessage, Model, ToolDefinition, Usage } from "./model.ts";
import type { ToolResult } from "./tool.ts";

/**
 * An agent reads an instruction, uses tools, and ends. It knows nothing of tasks, grading or secrets.
 * Implementations in `agents/`.
 */
export interface Agent {
  readonly name: string;
  readonly version: string;
  /** @throws ModelError, AgentError; everything the agent itself does badly is an ending. */
  run(context: AgentContext): Promise<AgentEnd>;
}

export interface AgentContext {
  readonly instruction: string;
  readonly tools: ToolBox;
  /** Absent for agents that use none. */
  readonly model?: Model;
  readonly limits: AgentLimits;
  /** Keeps what happened; durable when it returns. Call it before acting on what is recorded. */
  record(event: AgentEvent): Promise<void>;
  /** Milliseconds left until the deadline. */
  remainingMs(): number;
  readonly signal: AbortSignal;
}

export interface ToolBox {
  readonly definitions: readonly ToolDefinition[];
  /** Unknown tools and wrong arguments come back as results with `isError`. */
  call(name: string, args: { readonly [key: string]: Json }): Promise<ToolResult>;
}

export interface AgentLimits {
  /** Turns of the agent. */
  readonly maxSteps: number;
  /** Seconds of wall-clock time. */
  readonly deadlineSeconds: number;
  /** Input and output tokens of all turns together. */
  readonly maxTokens?: number;
}

export type AgentEvent =
  | { readonly type: "input"; readonly role: "system" | "user"; readonly content: string }
  | {
      readonly type: "turn";
      readonly message: AssistantMessage;
      readonly usage: Usage;
      readonly servedModel?: string;
    }
  | {
      readonly type: "result";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly result: ToolResult;
    };

export interface AgentEnd {
  readonly reason: AgentEndReason;
  readonly detail?: string;
}

/** `finished` is the agent's own word; the others are caps of ours that it ran into. */
export type AgentEndReason = "finished" | "stopped-calling-tools" | "step-limit" | "deadline" | "token-limit";
