import { connect, type Socket } from "node:net";
import { systemCode } from "../base/errors.ts";
import {
  answerSchema,
  fromRefused,
  listenTo,
  send,
  toLimits,
  WIRE_VERSION,
  type Answer,
  type Ask,
} from "./wire.ts";
import type { EndpointLimits } from "../governor.ts";

/** The connection to the leader ended: whoever asked asks the next one. */
export class LinkLost extends Error {}

type WithoutNumber<T> = T extends { readonly ask: number } ? Omit<T, "ask"> : never;
type AnswerOf<Kind extends Answer["type"]> = Extract<Answer, { type: Kind }>;

/** So long may a leader be silent while it is asked something that takes no time: it may be stopped, or hang. */
const SILENCE_MS = 15_000;

export interface Link {
  /** @throws LinkLost · what the leader refuses with. */
  ask<Kind extends Answer["type"]>(question: WithoutNumber<Ask>, kind: Kind): Promise<AnswerOf<Kind>>;
  /** Without an answer. */
  tell(question: WithoutNumber<Ask>): void;
  readonly lost: Promise<void>;
  close(): void;
}

export interface LinkEvents {
  onLimits(endpoint: string, limits: EndpointLimits): void;
}

/** Undefined where nobody listens. @throws what connecting throws otherwise, such as that the path is not ours. */
export async function openLink(socketFile: string, events: LinkEvents): Promise<Link | undefined> {
  const socket = connect(socketFile);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
  } catch (error) {
    if (["ENOENT", "ECONNREFUSED", "ECONNRESET"].includes(systemCode(error) ?? "")) return undefined;
    throw error;
  }
  return talk(socket, events);
}

function talk(socket: Socket, events: LinkEvents): Link {
  const open = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>();
  const { promise: lost, resolve: onLost } = Promise.withResolvers<void>();
  let number = 0;
  let heard = performance.now();
  // An `admit` may wait for hours, so the leader is asked for its health meanwhile.
  const watch = setInterval(() => {
    if (performance.now() - heard > SILENCE_MS) socket.destroy();
    else if (open.size > 0) send(socket, { type: "health", ask: 0 });
    else heard = performance.now();
  }, SILENCE_MS / 5);
  watch.unref();
  listenTo(socket, answerSchema, (message) => {
    heard = performance.now();
    if (message.type === "limits") return events.onLimits(message.endpoint, toLimits(message.limits));
    const asker = open.get(message.ask);
    open.delete(message.ask);
    if (message.type === "refused") asker?.reject(fromRefused(message));
    else asker?.resolve(message);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    clearInterval(watch);
    for (const { reject } of open.values()) reject(new LinkLost());
    open.clear();
    onLost();
  });
  const ask: Link["ask"] = async (question, kind) => {
    if (socket.destroyed) throw new LinkLost();
    if (open.size === 0) heard = performance.now();
    const answer = await new Promise<Answer>((resolve, reject) => {
      open.set(++number, { resolve, reject });
      send(socket, { ...question, ask: number } as Ask);
    });
    if (isOf(answer, kind)) return answer;
    socket.destroy();
    throw new LinkLost(`${answer.type} in place of ${kind}`);
  };
  return {
    ask,
    tell: (question) => send(socket, { ...question, ask: 0 } as Ask),
    lost,
    close: () => void socket.destroy(),
  };
}

function isOf<Kind extends Answer["type"]>(answer: Answer, kind: Kind): answer is AnswerOf<Kind> {
  return answer.type === kind;
}

/** A leader of another version speaks another language. */
export async function greet(
  link: Link,
  hello: Omit<Extract<Ask, { type: "hello" }>, "ask" | "type" | "version">,
) {
  const { version } = await link.ask({ type: "hello", version: WIRE_VERSION, ...hello }, "welcome");
  return version === WIRE_VERSION;
}
