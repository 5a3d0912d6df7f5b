import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { defined } from "../base/defined.ts";
import type { EndpointLimits } from "../governor.ts";
import type { LocalGate } from "./local.ts";
import {
  askSchema,
  listenTo,
  send,
  toLimits,
  toRefused,
  WIRE_VERSION,
  type Answer,
  type Ask,
} from "./wire.ts";

/** Lets the other processes of the machine use this one's gate. */
export interface Leader extends AsyncDisposable {
  /** Tells all of a change. */
  announce(endpoint: string, limits: EndpointLimits): void;
}

/** Listens at a path that is ours to take: whoever calls holds the lock. @throws what listening throws. */
export async function startLeader(gate: LocalGate, socketFile: string): Promise<Leader> {
  const clients = new Set<Socket>();
  const announce = (endpoint: string, limits: EndpointLimits) => {
    for (const client of clients) send(client, { type: "limits", endpoint, limits });
  };
  // Left by a leader that was killed.
  rmSync(socketFile, { force: true });
  const server = createServer((socket) => {
    clients.add(socket);
    serve(gate, socket, announce);
    socket.on("close", () => clients.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketFile, resolve);
  });
  return {
    announce,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

/** One client, until its connection ends: then what it waits for is called off, and what it has under way is taken back. */
function serve(gate: LocalGate, socket: Socket, announce: Leader["announce"]): void {
  const waiting = new Map<string, AbortController>();
  const underWay = new Set<string>();
  const admit = async ({ call }: Extract<Ask, { type: "admit" }>): Promise<string> => {
    const cancel = new AbortController();
    waiting.set(call.id, cancel);
    try {
      const day = await gate.admit({ ...call, caps: defined(call.caps) }, cancel.signal);
      underWay.add(call.id);
      if (socket.destroyed) await gate.takeBack(call.id);
      return day;
    } finally {
      waiting.delete(call.id);
    }
  };
  const answer = async (message: Ask): Promise<Answer | undefined> => {
    const { ask } = message;
    switch (message.type) {
      case "hello":
        if (message.version === WIRE_VERSION) welcome(message);
        return { type: "welcome", ask, version: WIRE_VERSION };
      case "admit":
        return { type: "admitted", ask, day: await admit(message) };
      case "cancel":
        waiting.get(message.id)?.abort();
        return undefined;
      case "settle":
        underWay.delete(message.id);
        await gate.settle(message.id, message.end);
        return { type: "done", ask };
      case "adjust":
        await gate.adjust(message.endpoint, toLimits(message.limits));
        announce(message.endpoint, toLimits(message.limits));
        return { type: "done", ask };
      case "health":
        return { type: "health", ask, endpoints: [...(await gate.health())] };
      case "today":
        return { type: "today", ask, spent: await gate.today(message.endpoint) };
    }
  };
  const welcome = (hello: Extract<Ask, { type: "hello" }>) => {
    for (const { call, day } of hello.underWay) {
      gate.adopt({ ...call, caps: defined(call.caps) }, day);
      underWay.add(call.id);
    }
    for (const { endpoint, limits } of hello.limits)
      if (Object.keys(gate.limitsOf(endpoint)).length === 0) void gate.adjust(endpoint, toLimits(limits));
  };
  listenTo(socket, askSchema, (message) => {
    answer(message).then(
      (said) => said !== undefined && send(socket, said),
      (error: unknown) => send(socket, toRefused(message.ask, error)),
    );
  });
  // A connection that breaks is told by its close.
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const cancel of waiting.values()) cancel.abort();
    // What cannot be written of a client that is gone stays reserved in the day's file, which counts as spent.
    for (const id of underWay) gate.takeBack(id).catch(() => {});
  });
}
