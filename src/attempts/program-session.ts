import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { AgentEnd, AgentEvent, AgentLimits } from "../agent.ts";
import { ModelError } from "../base/errors.ts";
import type { Endpoint, Upstream } from "../endpoint/options.ts";
import { openEndpoint } from "../endpoint/server.ts";
import type { Exchange, NewExchange } from "../exchange.ts";
import { dialects } from "../dialects/index.ts";
import { toConversation } from "../exchanges/conversation.ts";
import { exchangeFailure } from "./exchange-failure.ts";
import { createMeter } from "./exchange-meter.ts";

/** The recording endpoint of one run, by which agents that are programs reach their model. */
export interface ProgramSessions extends AsyncDisposable {
  open(options: SessionOptions): Promise<ProgramSession>;
}

export interface SessionOptions {
  readonly limits: AgentLimits;
  /** Keeps an exchange; durable when it returns its number. */
  record(exchange: NewExchange): Promise<number>;
}

/** One attempt's own way to the model, and what came by it. */
export interface ProgramSession extends AsyncDisposable {
  readonly id: string;
  readonly key: string;
  /** On this machine. */
  readonly socket: string;
  /** Aborted when a limit of steps or tokens is reached and the program asks for more. */
  readonly limitReached: AbortSignal;
  /** Lets nothing more in and waits until all is kept. */
  close(): Promise<void>;
  conversation(): Promise<readonly AgentEvent[]>;
  /** What the exchanges say about the end: a limit, or that the service failed last; undefined when the program's own word counts. */
  outcome(): AgentEnd | ModelError | undefined;
}

/** @throws EnvironmentError when no socket can be made. */
export async function openProgramSessions(upstream: Upstream, model: string): Promise<ProgramSessions> {
  // Sandboxes show the path and run as somebody else: a name that says nothing, in a folder that others may enter.
  const folder = await mkdtemp(path.join(os.tmpdir(), "e-"));
  await chmod(folder, 0o755);
  const listeners = new Map<string, (exchange: Exchange) => void>();
  const endpoint: Endpoint = await openEndpoint({
    upstream,
    onExchange: (session, exchange) => listeners.get(session)?.(exchange),
  });
  return {
    async open({ limits, record }) {
      const id = randomBytes(8).toString("hex");
      const exchanges: Exchange[] = [];
      const meter = createMeter(limits);
      const limit = new AbortController();
      listeners.set(id, (exchange) => {
        exchanges.push(exchange);
        meter.count(exchange);
      });
      const socket = path.join(folder, id);
      const admit = () => {
        const refusal = meter.refusal();
        if (refusal !== undefined) limit.abort(refusal);
        return refusal;
      };
      const session = await endpoint.openSession(id, { append: record }, { socket, admit });
      const close = async () => {
        await session.close();
        listeners.delete(id);
      };
      return {
        id,
        key: `hg-${id}`,
        socket,
        limitReached: limit.signal,
        close,
        async conversation() {
          const { tools, events } = toConversation(exchanges, dialects);
          return tools.length === 0 ? events : [{ type: "tools", tools }, ...events];
        },
        outcome: () =>
          meter.end() ??
          exchangeFailure(
            exchanges.findLast((one) => one.dialect !== undefined),
            model,
          ),
        [Symbol.asyncDispose]: close,
      };
    },
    async [Symbol.asyncDispose]() {
      await endpoint[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
