import type { Json } from "./base/json.ts";
import type { ToolDefinition } from "./model.ts";
import type { Sandbox, Shell } from "./sandbox.ts";

/** What an agent may do. A tool turns arguments into text by acting in the sandbox. Implementations in `tools/`. */
export interface Tool {
  readonly definition: ToolDefinition;
  /** Never throws for what the agent did wrong: that is a result with `isError`. A dead sandbox throws SandboxError. */
  call(args: { readonly [key: string]: Json }, context: ToolContext): Promise<ToolResult>;
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

export interface ToolResult {
  readonly content: string;
  readonly isError: boolean;
  /** The agent says that it is done. */
  readonly finished?: boolean;
  /** Characters cut from `content`, when it was cut. */
  readonly truncatedCharacters?: number;
}
