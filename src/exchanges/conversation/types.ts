import type { AgentEvent } from "../../agent.ts";
import type { Dialect } from "../../dialect.ts";
import type { DialectName } from "../../exchange.ts";
import type { Message, ToolDefinition } from "../../model.ts";

/** What was asked and answered in a session, as one conversation with its branches. Pure. */
export interface Conversation {
  /** Oldest first. */
  readonly events: readonly AgentEvent[];
  /** Where each exchange is, all of them, by number. */
  readonly places: readonly Place[];
  /** Turns that a client gives back in other words than the model's: without its thinking, say. Oldest first. */
  readonly restated: readonly Restated[];
  /** What the main line asks for: the model's name, and the tools of its first request. */
  readonly model?: string;
  readonly tools: readonly ToolDefinition[];
}

export interface Place {
  readonly exchange: number;
  /** Absent for the main line. */
  readonly branch?: string;
  /** Events before its answer: what its branch holds by then is what was sent. */
  readonly events: number;
  /** Why it has no turn. */
  readonly unanswered?: string;
}

export interface Restated {
  /** The first whose request has it so. */
  readonly exchange: number;
  /** Of the message in the request, from 0. */
  readonly index: number;
  readonly message: Message;
}

export type Dialects = Readonly<Record<DialectName, Dialect>>;
