import { Command, InvalidArgumentError, Option } from "commander";
import type { Listen } from "../endpoint/options.ts";
import type { Exchange } from "../exchange.ts";
import { runAction } from "./ui.ts";

interface Flags {
  upstream: string;
  api: "openai" | "openai-responses" | "anthropic" | "replay";
  listen: Listen;
  socket?: string;
  model?: string;
  out: string;
  json?: true;
}

const DEFAULT_PORT = 4141;

export function recordCommand(): Command {
  return new Command("record")
    .description("stand between agents and a model, and keep every exchange as it was")
    .requiredOption(
      "--upstream <url>",
      "the service, such as http://localhost:8000/v1; a file for --api replay",
    )
    .addOption(
      new Option("--api <protocol>", "what the service speaks")
        .choices(["openai", "openai-responses", "anthropic", "replay"])
        .default("openai"),
    )
    .addOption(
      new Option("--listen <host:port>", "where agents find it; port 0 is any that is free")
        .argParser(hostAndPort)
        .default({ host: "127.0.0.1", port: DEFAULT_PORT }, `127.0.0.1:${DEFAULT_PORT}`),
    )
    .option("--socket <path>", "a Unix socket in place of a port")
    .option("--model <name>", "put in place of the model that agents ask for")
    .requiredOption(
      "--out <folder>",
      "the folder to write to, a folder for each session; it may go on from an earlier one",
    )
    .option("--json", "print one JSON object for each exchange")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym record --upstream https://api.anthropic.com --api anthropic --out recorded\n  $ ANTHROPIC_BASE_URL=http://127.0.0.1:4141/my-session claude -p 'Fix the tests'\n\nThe name in the path is the session. Keys are read from OPENAI_API_KEY or ANTHROPIC_API_KEY; without one, the agent's own goes on. Ctrl-C ends it.",
    )
    .action((flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { record } = await import("../commands/record.ts");
        const { upstream, api, socket, model, out } = flags;
        const sessions = await record({
          upstream,
          api,
          listen: socket === undefined ? flags.listen : { socket },
          ...(model === undefined ? {} : { model }),
          out,
          log: ui.log,
          signal: ui.signal,
          onReady: (endpoint) => {
            if (ui.json) ui.row(endpoint);
            else for (const line of howToPoint(endpoint)) ui.print(line);
          },
          onExchange: (session, exchange) => {
            if (ui.json) ui.row(describe(session, exchange));
            else ui.print(lineOf(describe(session, exchange)));
          },
        });
        if (ui.json) ui.row({ sessions });
        else for (const { folder, exchanges } of sessions) ui.print(`${folder}: ${exchanges} exchanges`);
      }),
    );
}

function hostAndPort(text: string): Listen {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535) throw new InvalidArgumentError("It takes HOST:PORT.");
  return { host, port: Number(port) };
}

function howToPoint({ url, socket }: { readonly url?: string; readonly socket?: string }): string[] {
  if (url === undefined)
    return [`listening on ${socket}; the first part of a path, or the key hg-NAME, names the session`];
  return [
    `listening on ${url}; point an agent at it, with a session's name of your choice:`,
    `  OPENAI_BASE_URL=${url}/my-session/v1`,
    `  ANTHROPIC_BASE_URL=${url}/my-session`,
  ];
}

interface Described {
  readonly session: string;
  readonly exchange: number;
  /** A dialect, or the method and path of what is no request to a model. */
  readonly asked: string;
  /** Null where no response came. */
  readonly status: number | null;
  readonly ms: number;
  readonly error?: string;
}

function describe(session: string, exchange: Exchange): Described {
  const { number, dialect, request, response, ms, error } = exchange;
  return {
    session,
    exchange: number,
    asked: dialect ?? `${request.method} ${request.path.split("?")[0]}`,
    status: response?.status ?? null,
    ms: Math.round(ms),
    ...(error === undefined ? {} : { error }),
  };
}

function lineOf({ session, exchange, asked, status, ms, error }: Described): string {
  return [session, `#${exchange}`, asked, status ?? "no response", `${ms} ms`, error ?? ""]
    .join("  ")
    .trimEnd();
}
