import type { AgentContext, ToolBox } from "../agent.ts";
import { systemClock } from "../base/clock.ts";
import { createDeadline } from "../base/deadline.ts";
import { HybridGymError, messageOf, ModelError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Admit } from "../governor.ts";
import type { Model } from "../model.ts";
import { createModel } from "../models/create.ts";
import type { ToolResult } from "../tool.ts";
import { createAgent, type AgentSettings } from "./index.ts";
import { lines } from "./lines.ts";
import {
  asResult,
  asSent,
  asSentEnd,
  parentMessageSchema,
  startSchema,
  type ChildMessage,
  type Fault,
  type ParentMessage,
  type Start,
} from "./protocol.ts";

/** The entry of an agent's process; `hosted.ts` starts it and `protocol.ts` says what they exchange. */
async function main(): Promise<void> {
  process.stdin.setEncoding("utf8");
  const incoming = lines(process.stdin);
  const first = await incoming.next();
  if (first.done === true) return;
  const start = parseJson(first.value, startSchema, "the parent's first line");
  const { context, answer } = createContext(start);
  void listen(incoming, answer);
  try {
    const model =
      start.model === undefined
        ? undefined
        : await createModel({
            ...start.model,
            record: (exchange) => context.recordExchange(exchange),
            ...(context.admit === undefined ? {} : { admit: context.admit }),
          });
    const agent = createAgent(start.agent, start.settings as AgentSettings);
    send({ type: "end", end: await agent.run(withModel(context, model)) });
  } catch (error) {
    send(faultOf(error));
  }
  process.stdout.end(() => process.exit(0));
}

/** A parent that is gone takes its agent with it. */
async function listen(
  incoming: AsyncGenerator<string>,
  answer: (message: ParentMessage) => void,
): Promise<void> {
  for await (const line of incoming) answer(parseJson(line, parentMessageSchema, "the parent"));
  process.exit(1);
}

function createContext(start: Start): {
  context: Omit<AgentContext, "model">;
  answer: (message: ParentMessage) => void;
} {
  const waiting = new Map<number, (message: ParentMessage) => void>();
  const deadline = createDeadline(start.remainingMs, start.limits.deadlineSeconds * 1000, systemClock);
  deadline.begin();
  let lastId = 0;
  const ask = (message: (id: number) => ChildMessage) =>
    new Promise<ParentMessage>((resolve) => {
      const id = ++lastId;
      waiting.set(id, resolve);
      send(message(id));
    });
  const tools: ToolBox = {
    definitions: start.tools,
    async call(name, args): Promise<ToolResult> {
      const message = await ask((id) => ({ type: "call", id, name, arguments: args }));
      if (message.type !== "result") throw new Error(`expected a result, got ${message.type}`);
      return asResult(message.result);
    },
  };
  const admit: Admit = (size) =>
    deadline.standStill(async () => {
      const { id: permit } = await ask((id) => ({ type: "admit", id, ...size }));
      return {
        settle: async (end) =>
          void (await ask((id) => ({ type: "settle", id, permit, end: asSentEnd(end) }))),
      };
    });
  const { maxTokens, ...limits } = start.limits;
  return {
    context: {
      instruction: start.instruction,
      tools,
      limits: { ...limits, ...(maxTokens === undefined ? {} : { maxTokens }) },
      record: async (event) => void (await ask((id) => ({ type: "record", id, event: asSent(event) }))),
      async recordExchange(exchange) {
        const message = await ask((id) => ({ type: "exchange", id, exchange }));
        if (message.type !== "recorded" || message.number === undefined)
          throw new Error(`expected a number, got ${message.type}`);
        return message.number;
      },
      ...(start.governed ? { admit } : {}),
      remainingMs: () => deadline.remainingMs(),
      // The parent ends this process when time is up or the attempt is given up.
      signal: new AbortController().signal,
    },
    answer(message) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    },
  };
}

function withModel(context: Omit<AgentContext, "model">, model: Model | undefined): AgentContext {
  return model === undefined ? context : { ...context, model };
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof HybridGymError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    return { type: "fault", boundary: "agent", code: "agent-crashed", message: detail, fields: {} };
  }
  return {
    type: "fault",
    boundary: error instanceof ModelError ? "model" : "agent",
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    fields: error.fields,
  };
}

function send(message: ChildMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

await main();
