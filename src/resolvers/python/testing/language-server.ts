import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export interface Place {
  /** A `file:` URL. */
  readonly uri: string;
  /** From 0. */
  readonly line: number;
}

export interface LanguageServer extends AsyncDisposable {
  open(file: string, text: string): void;
  /** Where a name leads; lines and characters count from 0. */
  definitions(file: string, line: number, character: number): Promise<readonly Place[]>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
}

/** pyright's language server, as an editor uses it: the independent way to ask the same engine. */
export async function startLanguageServer(folder: string): Promise<LanguageServer> {
  const program = createRequire(import.meta.url).resolve("pyright/langserver.index.js");
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, (result: unknown) => void>();
  let lastId = 0;
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const request = (method: string, params: object) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++lastId, resolve);
      send({ id: lastId, method, params });
    });
  const settings = {
    pythonPlatform: "All",
    analysis: { useLibraryCodeForTypes: false, autoSearchPaths: true },
  };
  readMessages(child.stdout, ({ id, method, params, result }) => {
    if (method === undefined) waiting.get(id ?? 0)?.(result);
    else if (id !== undefined) send({ id, result: params?.items?.map(() => settings) ?? null });
  });
  const rootUri = pathToFileURL(folder).href;
  const workspace = { configuration: true, workspaceFolders: true };
  await request("initialize", {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: "repository" }],
    capabilities: { workspace },
  });
  send({ method: "initialized", params: {} });
  return {
    open(file, text) {
      const textDocument = { uri: pathToFileURL(file).href, languageId: "python", version: 1, text };
      send({ method: "textDocument/didOpen", params: { textDocument } });
    },
    async definitions(file, line, character) {
      const textDocument = { uri: pathToFileURL(file).href };
      const found = await request("textDocument/definition", { textDocument, position: { line, character } });
      return ((found ?? []) as { uri: string; range: { start: { line: number } } }[]).map(
        ({ uri, range }) => ({
          uri,
          line: range.start.line,
        }),
      );
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once("close", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

function readMessages(stream: NodeJS.ReadableStream, take: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf("\r\n\r\n");
      const length = /Content-Length: (\d+)/i.exec(
        rest.subarray(0, Math.max(0, head)).toString("latin1"),
      )?.[1];
      const end = head + 4 + Number(length);
      if (head < 0 || length === undefined || rest.length < end) return;
      take(JSON.parse(rest.subarray(head + 4, end).toString("utf8")) as Message);
      rest = rest.subarray(end);
    }
  });
}
