import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificates } from "../testing/certificates.ts";
import { chatCompletion } from "../testing/model-dialects.ts";

/** What Node reads from the environment only as it starts, so each question is asked by a process of its own. */
const run = promisify(execFile);
const program = fileURLToPath(new URL("./testing/ask.ts", import.meta.url));

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let authority = "";
let service = { https: "", http: "", proxy: "" };
const servers: Server[] = [];
/** What the proxy was asked for. */
const passed: string[] = [];

beforeAll(async () => {
  folder = await mkdtempDisposable(path.join(tmpdir(), "network-"));
  const made = await makeCertificates(folder.path);
  authority = made.authority;
  const answer = JSON.stringify(chatCompletion({ text: "Hello.", servedModel: "m" }));
  const https = createHttpsServer({ key: made.key, cert: made.certificate }, (_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  const http = createHttpServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  service = {
    https: `https://localhost:${await listen(https)}/v1`,
    http: `http://127.0.0.1:${await listen(http)}/v1`,
    proxy: `http://127.0.0.1:${await listen(makeProxy(answer))}`,
  };
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await folder[Symbol.asyncDispose]();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return (server.address() as AddressInfo).port;
}

/** Tunnels for what is encrypted; plain requests it answers itself. */
function makeProxy(answer: string): Server {
  const proxy = createHttpServer((request, response) => {
    passed.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  proxy.on("connect", (request, socket, head) => {
    passed.push(`CONNECT ${request.url}`);
    const [host, port] = (request.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on("error", () => target.destroy());
  });
  return proxy;
}

async function ask(baseUrl: string, environment: Record<string, string>): Promise<string> {
  passed.length = 0;
  const { stdout } = await run(process.execPath, [program, baseUrl], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  return stdout.trim();
}

describe("a service with a certificate of a private authority", () => {
  it("is asked when the authority is named", async () => {
    expect(await ask(service.https, { NODE_EXTRA_CA_CERTS: authority })).toBe("Hello.");
  });

  it("is not trusted otherwise", async () => {
    const said = await ask(service.https, {});
    expect(said).toMatch(/^model-unreachable .*(CERT|VERIFY|certificate)/i);
  });
});

describe("a proxy", () => {
  it("is asked to connect to a service that speaks TLS", async () => {
    const environment = { NODE_EXTRA_CA_CERTS: authority, HTTPS_PROXY: service.proxy };
    expect(await ask(service.https, environment)).toBe("Hello.");
    expect(passed).toEqual([`CONNECT ${new URL(service.https).host}`]);
  });

  it("is handed plain requests", async () => {
    expect(await ask(service.http, { HTTP_PROXY: service.proxy })).toBe("Hello.");
    expect(passed).toEqual([`POST ${service.http}/chat/completions`]);
  });

  it("is passed by for the hosts of NO_PROXY", async () => {
    const environment = { HTTP_PROXY: service.proxy, NO_PROXY: "127.0.0.1" };
    expect(await ask(service.http, environment)).toBe("Hello.");
    expect(passed).toEqual([]);
  });

  it("that does not answer is named as the cause", async () => {
    const said = await ask(service.https, { HTTPS_PROXY: "http://127.0.0.1:1" });
    expect(said).toMatch(/^model-unreachable .*ECONNREFUSED/);
  });
});
