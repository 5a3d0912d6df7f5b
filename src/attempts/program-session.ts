import { randomBytes } from "node:crypto";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { endOfBudget, type AgentEnd, type AgentEvent, type AgentLimits } from "../agent.ts";
import { existsSync } from "node:fs";
import type { HybridGymError } from "../base/errors.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../base/owned-folder.ts";
import type { AskedRequest, Endpoint, Upstream } from "../endpoint/options.ts";
import { openEndpoint } from "../endpoint/server.ts";
import type { Exchange, NewExchange } from "../exchange.ts";
import type { Admit } from "../governor.ts";
import { dialects } from "../dialects/index.ts";
import { readConversation } from "../exchanges/conversation.ts";
import { readExchanges } from "../exchanges/store.ts";
import { OWN_ONCE_ANSWERED, toError, type AskedModel } from "./exchange-failure.ts";
import { createMeter, type SessionCaps } from "./exchange-meter.ts";
import { leaveFor } from "./exchange-leave.ts";
import { summarize, type ExchangeSummary } from "./exchange-summary.ts";

/** The recording endpoint of one run, by which agents that are programs reach their model. */
export interface ProgramSessions extends AsyncDisposable {
  open(options: SessionOptions): Promise<ProgramSession>;
}

export interface SessionOptions {
  readonly limits: AgentLimits;
  /** Asked before each request to the model. */
  readonly admit?: Admit;
  /** Keeps an exchange; durable when it returns its number. */
  record(exchange: NewExchange): Promise<number>;
  /** The file in which it keeps them, which is there from the first of them on. */
  readonly exchanges: string;
  readonly caps?: SessionCaps;
}

export interface TimedEvent {
  readonly event: AgentEvent;
  /** Of its exchange. */
  readonly at: string;
}

/** One attempt's own way to the model, and what came by it. */
export interface ProgramSession extends AsyncDisposable {
  readonly id: string;
  readonly key: string;
  /** On this machine. */
  readonly socket: string;
  /**
   * Aborted when a limit of steps or tokens is reached and the program asks for more, when it has filled what there is for exchanges, or when
   * another model answered than was asked for.
   */
  readonly limitReached: AbortSignal;
  /** Lets nothing more in and waits until all is kept. */
  close(): Promise<void>;
  /** Read from the file of its exchanges, oldest first. */
  conversation(): Promise<readonly TimedEvent[]>;
  /**
   * What the exchanges say about the end: that another model answered once, a limit, or that the service failed last; undefined when the
   * program's own word counts.
   */
  outcome(): AgentEnd | HybridGymError | undefined;
}

/**
 * @param model what answers are held to, where they come from a service.
 * @throws EnvironmentError when no socket can be made.
 */
export async function openProgramSessions(upstream: Upstream, model: AskedModel): Promise<ProgramSessions> {
  const asked = upstream.kind === "service" ? model : undefined;
  // Sandboxes show the path and run as somebody else: a name that says nothing, in a folder that others may enter.
  const folder = await makeOwnedFolder("e-");
  await chmod(folder, 0o755);
  const listeners = new Map<string, (exchange: Exchange) => void>();
  const endpoint: Endpoint = await openEndpoint({
    upstream,
    onExchange: (session, exchange) => listeners.get(session)?.(exchange),
  });
  return {
    async open({ limits, admit: admitCall, record, exchanges, caps }) {
      const id = randomBytes(8).toString("hex");
      const meter = createMeter(limits, caps);
      const limit = new AbortController();
      let answered = false;
      let last: ExchangeSummary | undefined;
      let anothers: ExchangeSummary | undefined;
      /** What the governor refused for good: the attempt's end, or what interrupts it. */
      let over: AgentEnd | HybridGymError | undefined;
      const stopAtEnd = () => {
        const end = over ?? meter.end();
        if (end !== undefined) limit.abort(end);
      };
      listeners.set(id, (exchange) => {
        const summary = summarize(exchange, asked);
        meter.count(summary);
        stopAtEnd();
        if (!summary.isAsked) return;
        answered ||= summary.isAnswered;
        last = summary;
        if (!summary.isAnothers) return;
        anothers ??= summary;
        limit.abort();
      });
      // Not the session's name, which is what lets a request in: the kernel tells every user the paths of sockets.
      const socket = path.join(folder, randomBytes(8).toString("hex"));
      const admit = async (request: AskedRequest) => {
        const refusal = meter.admit();
        stopAtEnd();
        if (refusal !== undefined || admitCall === undefined) return refusal;
        return leaveFor(admitCall, request, (error) => {
          over ??= endOfBudget(error) ?? error;
          stopAtEnd();
        });
      };
      const session = await endpoint.openSession(id, { append: record }, { socket, admit });
      const close = async () => {
        try {
          await session.close();
        } finally {
          listeners.delete(id);
        }
      };
      return {
        id,
        key: `hg-${id}`,
        socket,
        limitReached: limit.signal,
        close,
        conversation: () => conversationIn(exchanges),
        outcome() {
          if (anothers?.failure !== undefined) return toError(anothers.failure, anothers.number, model.name);
          const end = over ?? meter.end();
          if (end !== undefined || last?.failure === undefined) return end;
          if (answered && OWN_ONCE_ANSWERED.has(last.failure.code)) return undefined;
          return toError(last.failure, last.number, model.name);
        },
        [Symbol.asyncDispose]: close,
      };
    },
    async [Symbol.asyncDispose]() {
      await endpoint[Symbol.asyncDispose]();
      await removeOwnedFolder(folder);
    },
  };
}

async function conversationIn(file: string): Promise<TimedEvent[]> {
  if (!existsSync(file)) return [];
  const { conversation, times } = await readConversation(readExchanges(file), dialects);
  const { tools, events } = conversation;
  const timed = events.map((event, index) => ({ event, at: times[index] ?? "" }));
  const [first] = timed;
  if (first === undefined || tools.length === 0) return timed;
  return [{ event: { type: "tools", tools }, at: first.at }, ...timed];
}
