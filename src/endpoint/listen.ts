import { createServer, type RequestListener, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { lstat, rm } from "node:fs/promises";
import { EnvironmentError, InputError, systemCode } from "../base/errors.ts";
import type { EndpointLimits, Listen, Trouble } from "./options.ts";
import { unusablePath } from "./route.ts";

export interface Listener {
  /** Of a port. */
  readonly url?: string;
  close(): Promise<void>;
}

/** For clients that send on one connection now and then; longer than SDKs keep theirs. */
const KEEP_ALIVE_MS = 90_000;
/** Bytes of a path that the kernel takes (unix(7)), without its end. */
const LONGEST_SOCKET_PATH = 107;

/** An HTTP server on a port or a Unix socket that turns away what means ill, each with a named cause. */
export async function startListener(
  place: Listen,
  limits: EndpointLimits,
  onRequest: RequestListener,
  onTrouble: (trouble: Trouble) => void,
): Promise<Listener> {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      // Bodies have a limit of their own, which is recorded with what came.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5000, Math.ceil(limits.headersMs / 4)),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    onRequest,
  );
  const connections = new Set<Socket>();
  server.prependListener("connection", (socket: Socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    if (connections.size <= limits.connections) return;
    const message = `more than ${limits.connections} connections at once`;
    onTrouble({ code: "too-many-connections", message });
    turnAway(socket, "503 Service Unavailable", "too-many-connections", message);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const trouble = troubleOf(error);
    if (trouble === undefined) return void socket.destroy();
    onTrouble(trouble);
    turnAway(socket, trouble.status, trouble.code, trouble.message);
  });
  server.on("connect", (request, socket: Socket) => {
    const { code, message } = unusablePath(request.url ?? "");
    onTrouble({ code: "path-unusable", message });
    turnAway(socket, "400 Bad Request", code, message);
  });
  await listen(server, place);
  // No descriptors left, say: the next connection may succeed, and those that there are go on.
  server.on("error", (error) => onTrouble({ code: "cannot-accept", message: error.message }));
  const address = server.address();
  return {
    ...(typeof address === "object" && address !== null && "host" in place
      ? { url: `http://${place.host.includes(":") ? `[${place.host}]` : place.host}:${address.port}` }
      : {}),
    close: () => closeServer(server, connections),
  };
}

function troubleOf(error: NodeJS.ErrnoException): (Trouble & { readonly status: string }) | undefined {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return {
      code: "request-too-slow",
      message: "the headers took too long to come",
      status: "408 Request Timeout",
    };
  }
  if (error.code?.startsWith("HPE_") !== true) return undefined;
  return {
    code: "not-http",
    message: `what came is no HTTP request (${error.code})`,
    status: "400 Bad Request",
  };
}

function turnAway(socket: Socket, status: string, code: string, message: string): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify({
    error: { message: `${code}: ${message}`, type: "invalid_request_error", code },
  });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.on("error", () => {});
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`, () => socket.destroy());
}

async function listen(server: Server, place: Listen): Promise<void> {
  if ("socket" in place) await makeRoom(place.socket);
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => reject(cannotListen(place, error));
    server.once("error", failed);
    const options =
      "socket" in place
        ? { path: place.socket, readableAll: true, writableAll: true }
        : { host: place.host, port: place.port };
    server.listen(options, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

/** The socket of a killed process is in the way of a new one; that of a living process is left, and so is what is no socket. */
async function makeRoom(socket: string): Promise<void> {
  if (Buffer.byteLength(socket) > LONGEST_SOCKET_PATH) {
    throw new InputError({
      code: "socket-path-too-long",
      message: `${socket} has more than ${LONGEST_SOCKET_PATH} bytes, which no socket's path may have`,
      hint: "Name a socket in a folder with a shorter path.",
      fields: { socket },
    });
  }
  const there = await lstat(socket).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) throw cannotListen({ socket }, new Error("something is there that is no socket"));
  const refused = await new Promise<boolean>((resolve) => {
    const probe = connect(socket);
    probe.on("error", (error) => resolve(systemCode(error) === "ECONNREFUSED"));
    probe.on("connect", () => {
      probe.destroy();
      resolve(false);
    });
  });
  if (refused) await rm(socket, { force: true });
}

function cannotListen(place: Listen, error: Error): EnvironmentError {
  const name = "socket" in place ? place.socket : `${place.host}:${place.port}`;
  return new EnvironmentError({
    code: "cannot-listen",
    message: `Cannot listen on ${name}: ${systemCode(error) ?? error.message}`,
    hint: "Choose another port or socket; port 0 is any that is free.",
    fields: { place: name },
    cause: error,
  });
}

async function closeServer(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of connections) socket.destroy();
  await closed;
}
