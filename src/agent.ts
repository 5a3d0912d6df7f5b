import { BudgetError } from "./base/errors.ts";
import type { Json } from "./base/json.ts";
import type { NewExchange } from "./exchange.ts";
import type { Admit } from "./governor.ts";
import type {
  AssistantMessage,
  Message,
  Model,
  ModelResponse,
  TokenRecord,
  ToolDefinition,
  Usage,
} from "./model.ts";
import type { Sandbox } from "./sandbox.ts";
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
  /** Keeps a request to the model and its answer as they were; durable when it returns its number. */
  recordExchange(exchange: NewExchange): Promise<number>;
  /** For agents that are programs of their own: where they run. */
  readonly inside?: Inside;
  /** To be asked before each request to a model, where there is a governor: by the adapter of `model`, not by the agent. */
  readonly admit?: Admit;
  /** Milliseconds left until the deadline, which waiting for leave puts off: ask again before it counts as over. */
  remainingMs(): number;
  readonly signal: AbortSignal;
}

/** The place of an agent that is a program: its sandbox, whose only way out (`EGRESS_SOCKET`) is a recording endpoint. */
export interface Inside {
  readonly sandbox: Sandbox;
  /** What the program gives in the path (`/<session>/v1/…`), so that its requests are known for its own. */
  readonly session: string;
  /** Of that session. */
  readonly key: string;
  /** As the program is to ask for it. */
  readonly model: string;
  /** The socket that leads out, as processes inside see it. */
  readonly socket: string;
  /**
   * Aborted when a limit is reached and the program asks for more, or when another model answered than was asked for: then it is ended, and
   * what it printed kept.
   */
  readonly limitReached: AbortSignal;
  /** Keeps what the program printed, as evidence. */
  keepOutput?(output: Uint8Array): Promise<void>;
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

/** `branch` names a line of the conversation beside the main one; see the event `branch`. */
export type AgentEvent =
  | {
      readonly type: "input";
      readonly role: "system" | "user";
      readonly content: string;
      readonly branch?: string;
    }
  | {
      readonly type: "turn";
      readonly message: AssistantMessage;
      readonly usage: Usage;
      readonly servedModel?: string;
      readonly stop?: ModelResponse["stop"];
      readonly tokens?: TokenRecord;
      /** Number of the exchange in which it came. */
      readonly exchange?: number;
      readonly branch?: string;
    }
  | {
      readonly type: "result";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly result: ToolResult;
      readonly branch?: string;
    }
  /** What the model was told that it may call, where the agent is a program with tools of its own. */
  | { readonly type: "tools"; readonly tools: readonly ToolDefinition[] }
  /** From here on the model is given this history in place of all before, which stays in the record. */
  | {
      readonly type: "context";
      readonly reason: "condensed";
      readonly messages: readonly Message[];
      readonly branch?: string;
    }
  /** Another line of the conversation begins: a helper's, or one that goes on from a history made shorter or anew. */
  | {
      readonly type: "branch";
      readonly id: string;
      readonly kind: "sub-agent" | "compaction" | "retry" | "other";
      /** The branch from which it left; the main one when left out. */
      readonly parent?: string;
      /** Turns of the parent before it. A `retry` has the parent's history up to there; any other says its own from the start. */
      readonly after: number;
    };

/** What a model answered, as an event. */
export function turnOf(answer: ModelResponse): Extract<AgentEvent, { type: "turn" }> {
  const { message, usage, stop, servedModel, tokens, exchange } = answer;
  return {
    type: "turn",
    message,
    usage,
    stop,
    ...(servedModel === undefined ? {} : { servedModel }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(exchange === undefined ? {} : { exchange }),
  };
}

/** An attempt's own budget is the agent's cap; undefined for what is nobody's doing. */
export function endOfBudget(error: unknown): AgentEnd | undefined {
  if (!(error instanceof BudgetError) || error.code !== "attempt-budget-spent") return undefined;
  const reason = error.fields["cap"] === "dollars" ? "cost-limit" : "token-limit";
  return { reason, detail: error.message };
}

export interface AgentEnd {
  readonly reason: AgentEndReason;
  readonly detail?: string;
}

/** `finished` is the agent's own word; the others are caps of ours that it ran into. */
export type AgentEndReason =
  | "finished"
  | "stopped-calling-tools"
  /** The same call with the same result, again and again. */
  | "repeated-calls"
  | "step-limit"
  | "deadline"
  | "token-limit"
  /** What an attempt may cost is spent. */
  | "cost-limit"
  /** A program filled what there is for its exchanges. */
  | "exchange-limit"
  /** The history does not fit into the model's context any more. */
  | "context-limit"
  /** A program of its own that ended with an error. */
  | "exited-with-error";
