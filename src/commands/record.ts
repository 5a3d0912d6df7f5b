import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, listFolder, writeFileDurably } from "../base/files.ts";
import { acquireLock } from "../base/lock.ts";
import type { Log } from "../base/log.ts";
import type { Endpoint, Listen, Trouble, Upstream } from "../endpoint/options.ts";
import { openEndpoint } from "../endpoint/server.ts";
import type { Exchange } from "../exchange.ts";
import { createModel, KEY_VARIABLES } from "../models/create.ts";
import { EXCHANGES, writeTrajectory } from "./record-trajectory.ts";

export interface RecordRequest {
  /** The service's base URL; for `replay`, a file of recorded answers. */
  readonly upstream: string;
  /** What the service speaks. */
  readonly api: "openai" | "openai-responses" | "anthropic" | "replay";
  readonly listen: Listen;
  /** Put in place of the model that requests name. */
  readonly model?: string;
  /** A folder for each session: `exchanges.jsonl.gz` and, when it ends, `trajectory.json`. */
  readonly out: string;
  readonly log?: Log;
  /** Ends the recording: what is under way is waited for. */
  readonly signal: AbortSignal;
  readonly onReady?: (endpoint: Pick<Endpoint, "url" | "socket">) => void;
  readonly onExchange?: (session: string, exchange: Exchange) => void;
}

export interface RecordedSession {
  readonly session: string;
  readonly exchanges: number;
  readonly folder: string;
}

/** Written first: it says what the folder is. */
const MARKER = "record.json";
const RECORD_FORMAT = 1;
/** A client that makes up names would open files without end. */
const MOST_SESSIONS = 1000;

/** Stands between agents and a service until it is told to end; each `/<name>/` in a path is a session. */
export async function record(request: RecordRequest): Promise<RecordedSession[]> {
  const { out, log } = request;
  const upstream = await upstreamOf(request);
  await claimOutputFolder(out, MARKER);
  await using _lock = await acquireLock(path.join(out, "record.lock"), out);
  const { api, upstream: base } = request;
  const marker = { schema_version: RECORD_FORMAT, api, upstream: withoutUser(base) };
  await writeFileDurably(path.join(out, MARKER), `${JSON.stringify(marker)}\n`);
  // What a killed recording left is made readable first.
  for (const name of await sessionsIn(out)) await writeTrajectory(path.join(out, name), name);
  const counts = new Map<string, number>();
  {
    await using endpoint = await openEndpoint({
      upstream,
      listen: request.listen,
      newSession: (id) => (counts.size < MOST_SESSIONS ? path.join(out, id, EXCHANGES) : undefined),
      onExchange: (session, exchange) => {
        counts.set(session, exchange.number);
        request.onExchange?.(session, exchange);
      },
      onTrouble: ({ code, message }: Trouble) => log?.warn(`${code}: ${message}`),
    });
    request.onReady?.(endpoint);
    await aborted(request.signal);
    await endpoint.drain();
  }
  const names = [...counts.keys()].sort();
  for (const name of names) await writeTrajectory(path.join(out, name), name);
  return names.map((session) => ({
    session,
    exchanges: counts.get(session) ?? 0,
    folder: path.join(out, session),
  }));
}

async function upstreamOf({ api, upstream: baseUrl, model }: RecordRequest): Promise<Upstream> {
  if (!isUsable(api, baseUrl)) throw unusable(api, baseUrl);
  if (api === "replay")
    return { kind: "model", model: await createModel({ api, baseUrl, name: model ?? "replay" }) };
  const apiKey = process.env[KEY_VARIABLES[api] ?? ""];
  return {
    kind: "service",
    api: api === "anthropic" ? "anthropic" : "openai",
    baseUrl,
    ...(apiKey === undefined || apiKey === "" ? {} : { apiKey }),
    ...(model === undefined ? {} : { model }),
  };
}

function isUsable(api: RecordRequest["api"], baseUrl: string): boolean {
  return api === "replay" ? existsSync(baseUrl) : /^https?:\/\/[^/]/.test(baseUrl) && URL.canParse(baseUrl);
}

function unusable(api: RecordRequest["api"], baseUrl: string): InputError {
  return new InputError({
    code: "base-url-unusable",
    message: `--upstream is no ${api === "replay" ? "file of recorded answers" : "URL"}: "${baseUrl}"`,
    hint:
      api === "replay" ? "Name the file to replay." : "Name the service, such as http://localhost:8000/v1.",
    fields: { api, upstream: baseUrl },
  });
}

async function sessionsIn(out: string): Promise<string[]> {
  const names = (await listFolder(out)) ?? [];
  return names.filter((name) => existsSync(path.join(out, name, EXCHANGES)));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const withoutUser = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
