import type { AgentContext, ToolBox } from "../agent.ts";
import { systemClock } from "../base/clock.ts";
import { createDeadline } from "../base/deadline.ts";
import { HybridGymError, messageOf, ModelError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { createQuestions } from "../base/questions.ts";
import type { Admit } from "../governor.ts";
import { admitElsewhere } from "../governors/leave.ts";
import type { Model } from "../model.ts";
import { createModel } from "../models/create.ts";
import type { ToolResult } from "../tool.ts";
import { createAgent, type AgentSettings } from "./index.ts";
import { lines } from "./lines.ts";
import {
  asResult,
  asSent,
  parentMessageSchema,
  startSchema,
  type ChildMessage,
  type Fault,
  type ParentMessage,
  type Start,
} from "./protocol.ts";
import { SHARED, splitLine } from "./shared-line.ts";

/** The entry of the process of an agent, or of several; `hosted.ts` starts it and `protocol.ts` says what they exchange. */
async function main(): Promise<void> {
  process.stdin.setEncoding("utf8");
  const incoming = lines(process.stdin);
  if (process.argv[2] === SHARED) return hostMany(incoming);
  const first = await incoming.next();
  if (first.done === true) return;
  const agent = startAgent(first.value, (message) => write(JSON.stringify(message)));
  void listen(incoming, agent.answer);
  await agent.ended;
  process.stdout.end(() => process.exit(0));
}

/** A parent that is gone takes its agent with it. */
async function listen(incoming: AsyncGenerator<string>, answer: (line: string) => void): Promise<void> {
  for await (const line of incoming) answer(line);
  process.exit(1);
}

async function hostMany(incoming: AsyncGenerator<string>): Promise<void> {
  const agents = new Map<string, HostedRun>();
  await listen(incoming, (line) => {
    const { word, id, message } = splitLine(line);
    if (word === "say") agents.get(id)?.answer(message);
    else if (word === "stop") agents.get(id)?.stop();
    else {
      const agent = startAgent(message, (said) => write(`say ${id} ${JSON.stringify(said)}`));
      agents.set(id, agent);
      void agent.ended.finally(() => {
        agents.delete(id);
        write(`done ${id}`);
      });
    }
  });
}

interface HostedRun {
  answer(line: string): void;
  /** Gives up whatever it waits for. */
  stop(): void;
  readonly ended: Promise<void>;
}

/** @param line the parent's first. */
function startAgent(line: string, send: (message: ChildMessage) => void): HostedRun {
  const start = parseJson(line, startSchema, "the parent's first line");
  const { context, answer, stop } = createContext(start, send);
  const run = async () => {
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
  };
  return {
    answer: (text) => answer(parseJson(text, parentMessageSchema, "the parent")),
    stop,
    ended: run(),
  };
}

function createContext(
  start: Start,
  send: (message: ChildMessage) => void,
): {
  context: Omit<AgentContext, "model">;
  answer: (message: ParentMessage) => void;
  stop: () => void;
} {
  const questions = createQuestions<ChildMessage, ParentMessage>(send);
  const { ask } = questions;
  const stopped = new AbortController();
  const deadline = createDeadline(start.remainingMs, start.limits.deadlineSeconds * 1000, systemClock);
  deadline.begin();
  const tell = (message: ChildMessage) => {
    stopped.signal.throwIfAborted();
    send(message);
  };
  const tools: ToolBox = {
    definitions: start.tools,
    async call(name, args): Promise<ToolResult> {
      const message = await ask((id) => ({ type: "call", id, name, arguments: args }));
      if (message.type !== "result") throw new Error(`expected a result, got ${message.type}`);
      return asResult(message.result);
    },
  };
  const askAdmit = admitElsewhere(questions);
  const admit: Admit = (size) => deadline.standStill(() => askAdmit(size));
  const { maxTokens, ...limits } = start.limits;
  return {
    context: {
      instruction: start.instruction,
      tools,
      limits: { ...limits, ...(maxTokens === undefined ? {} : { maxTokens }) },
      async record(event) {
        // What cannot be kept ends the attempt, from the parent's side; the most that has come of it is one more request to the model.
        tell({ type: "record", event: asSent(event) });
      },
      async recordExchange(exchange) {
        const message = await ask((id) => ({ type: "exchange", id, exchange }));
        if (message.type !== "recorded") throw new Error(`expected a number, got ${message.type}`);
        return message.number;
      },
      ...(start.governed ? { admit } : {}),
      remainingMs: () => deadline.remainingMs(),
      // Of a process that is the agent's own nothing is stopped: the parent ends it.
      signal: stopped.signal,
    },
    answer: questions.answer,
    stop() {
      stopped.abort(new Error("the attempt was ended"));
      questions.stop(stopped.signal.reason);
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

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
