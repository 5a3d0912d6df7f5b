import path from "node:path";
import type { AgentContext, AgentEvent, AgentLimits, ToolBox } from "../../agent.ts";
import type { NewExchange } from "../../exchange.ts";
import type { Model } from "../../model.ts";
import { processSandboxes } from "../../sandboxes/process/process.ts";
import type { Sandbox, Shell } from "../../sandbox.ts";
import { findPreset } from "../../tools/presets.ts";
import { createToolBox } from "../../tools/tool-box.ts";
import { makeTestWorkspace } from "../../workspaces/testing/workspace.ts";

/** The tools of a set over a real sandbox that holds the given files, and what an agent does with them. */
export interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly tools: ToolBox;
  /** What the agent recorded, and the tool calls that reached the tool box, in one order. */
  readonly log: string[];
  readonly events: AgentEvent[];
  readonly exchanges: NewExchange[];
  context(instruction: string, more?: Partial<AgentContext>, limits?: Partial<AgentLimits>): AgentContext;
  read(file: string): Promise<string>;
}

let number = 0;

export async function openStage(files: Record<string, string>, preset?: string): Promise<Stage> {
  const workspace = await makeTestWorkspace(files);
  const provider = processSandboxes({ folder: path.join(workspace.folder, "boxes") });
  const sandbox = await provider.start({ id: `agents-${process.pid}-${++number}`, workspace });
  const log: string[] = [];
  const events: AgentEvent[] = [];
  const exchanges: NewExchange[] = [];
  let shell: Promise<Shell> | undefined;
  const box = createToolBox(findPreset(preset).tools, {
    sandbox,
    shell: () => (shell ??= sandbox.openShell()),
    memory: new Map(),
    remainingMs: () => 60_000,
  });
  const tools: ToolBox = {
    definitions: box.definitions,
    call(name, args) {
      log.push(`call ${name}`);
      return box.call(name, args);
    },
  };
  return {
    sandbox,
    tools,
    log,
    events,
    exchanges,
    context: (instruction, more = {}, limits = {}) => ({
      instruction,
      tools,
      limits: { maxSteps: 40, deadlineSeconds: 60, ...limits },
      record: async (event) => {
        log.push(event.type);
        events.push(event);
      },
      async recordExchange(exchange) {
        log.push("exchange");
        return exchanges.push(exchange);
      },
      remainingMs: () => 60_000,
      signal: new AbortController().signal,
      ...more,
    }),
    read: async (file) => Buffer.from(await sandbox.read(file)).toString("utf8"),
    async [Symbol.asyncDispose]() {
      await sandbox.stop();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** Keeps what a model was asked. */
export function watched(model: Model): Model & { readonly requests: string[] } {
  const requests: string[] = [];
  return {
    name: model.name,
    requests,
    complete(request) {
      requests.push(JSON.stringify(request.messages));
      return model.complete(request);
    },
  };
}
