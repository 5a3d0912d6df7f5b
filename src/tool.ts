import type { Json } from "./base/json.ts";
import type { ToolDefinition } from "./model.ts";
import type { Sandbox, Shell } from "./sandbox.ts";

/** What an agent may do. A tool turns arguments into text by acting in the sandbox. Implementations in `tools/`. */
export interface Tool {
  readonly definition: ToolDefinition;
  /** Never throws for what the agent did wrong: that is a result with `isError`. A dead sandbox throws SandboxError. */
  call(args: { readonly [key: string]: Json }, context: ToolContext): Promise<ToolResult>;
  /** Whether such a call may be run twice: it changes nothing. False when left out. */
  repeatable?(args: { readonly [key: string]: Json }): boolean;
}

export interface ToolContext {
  readonly sandbox: Sandbox;
  /** The attempt's one shell, opened at the first use. */
  shell(): Promise<Shell>;
  /** What a tool remembers between calls of one attempt (undo history), by tool name. */
  readonly memory: Map<string, unknown>;
  /** Milliseconds that the attempt has left. */
  remainingMs(): number;
}

/**
 * What a model is given to work with, as one named thing: tools, what it is told about them, and how it says that it is done.
 * A student is trained in the set in which it will be run.
 */
export interface ToolPreset {
  readonly name: string;
  /** Raised when a tool, a text or the way to end changes. */
  readonly version: string;
  readonly tools: readonly Tool[];
  /** The tool that runs commands, for finding out what is installed. */
  readonly shellTool: string;
  /** What stands before the instruction; the same for every attempt of a run, so that services keep it. */
  systemPrompt(facts: PromptFacts): string;
  /** The instruction as the model is given it. */
  taskPrompt(instruction: string): string;
  /** After a turn without a call; `cut` where the answer ran into its token limit. */
  reminder(cut: boolean): string;
}

export interface PromptFacts {
  /** Installed programs that models reach for. */
  readonly programs: readonly string[];
  /** Turns and time that an attempt has, as a sentence. */
  readonly budget: string;
}

export interface ToolResult {
  readonly content: string;
  readonly isError: boolean;
  /** The agent says that it is done. */
  readonly finished?: boolean;
  /** Characters that `content` lacks, when something was cut; `content` says so as well, and how to see the rest. */
  readonly truncatedCharacters?: number;
}
