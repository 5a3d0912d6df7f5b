import { existsSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../base/errors.ts";
import { claimOutputFolder, listFolder, writeFileDurably } from "../base/files.ts";
import { acquireLock } from "../base/lock.ts";
import type { Log } from "../base/log.ts";
import type { Endpoint, Listen, Trouble, Upstream } from "../endpoint/options.ts";
import { openEndpoint } from "../endpoint/server.ts";
import type { Exchange } from "../exchange.ts";
import { checkModelSettings, createModel, KEY_VARIABLES } from "../models/create.ts";
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
  const marker = { schema_version: RECORD_FORMAT, api, upstream: base };
  await writeFileDurably(path.join(out, MARKER), `${JSON.stringify(marker)}\n`);
  // What a killed recording left is made readable first.
  for (const name of await sessionsIn(out))
    await writeTrajectory(path.join(out, name), name).catch((error: unknown) =>
      log?.warn(`session ${name} cannot be read: ${messageOf(error)}`),
    );
  const counts = new Map<string, number>();
  // A session whose record cannot be written, say: what the others said is made readable nevertheless.
  const failures: unknown[] = [];
  const failed = (error: unknown) => void failures.push(error);
  await serve(request, upstream, counts).catch(failed);
  const names = [...counts.keys()].sort();
  for (const name of names) await writeTrajectory(path.join(out, name), name).catch(failed);
  if (failures.length > 0) throw failures[0];
  return names.map((session) => ({
    session,
    exchanges: counts.get(session) ?? 0,
    folder: path.join(out, session),
  }));
}

/** Until it is told to end; `counts` has the number of exchanges of each session then. */
async function serve(request: RecordRequest, upstream: Upstream, counts: Map<string, number>): Promise<void> {
  const { out, log } = request;
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

async function upstreamOf({ api, upstream: baseUrl, model }: RecordRequest): Promise<Upstream> {
  checkModelSettings({ api, baseUrl }, "--upstream");
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
