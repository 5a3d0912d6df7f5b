import { stat } from "node:fs/promises";
import path from "node:path";
import { toTrajectoryEvent } from "../attempts/recorder.ts";
import { writeFileDurably } from "../base/files.ts";
import { dialects } from "../dialects/index.ts";
import type { Exchange } from "../exchange.ts";
import { toConversation } from "../exchanges/conversation.ts";
import type { Conversation } from "../exchanges/conversation/types.ts";
import { timesOf } from "../exchanges/conversation/times.ts";
import { readExchanges } from "../exchanges/store.ts";
import { TRAJECTORY_FORMAT, type TrajectoryEvent } from "../trajectory.ts";
import { toAtif } from "../trajectories/atif.ts";

/** Of a session's folder. */
export const EXCHANGES = "exchanges.jsonl.gz";
const TRAJECTORY = "trajectory.json";

/** Writes what people and other tools read of a session's exchanges, where that is not there or older than they are. */
export async function writeTrajectory(folder: string, session: string): Promise<void> {
  const file = path.join(folder, TRAJECTORY);
  const exchangesFile = path.join(folder, EXCHANGES);
  if ((await modifiedAt(file)) > (await modifiedAt(exchangesFile))) return;
  const exchanges = await Array.fromAsync(readExchanges(exchangesFile));
  const [first] = exchanges;
  if (first === undefined) return;
  const events = toRecord(session, exchanges, toConversation(exchanges, dialects));
  const atif = toAtif(events, { more: { recorded_exchanges: exchanges.length } });
  await writeFileDurably(file, `${JSON.stringify(atif, null, 2)}\n`);
}

async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

/** The conversation as the record of an attempt has it, with the times of its exchanges. */
function toRecord(
  session: string,
  exchanges: readonly Exchange[],
  conversation: Conversation,
): TrajectoryEvent[] {
  const { events, model, tools } = conversation;
  const start: TrajectoryEvent = {
    type: "start",
    schema_version: TRAJECTORY_FORMAT,
    at: exchanges[0]?.at ?? new Date(0).toISOString(),
    attempt: session,
    instance: session,
    agent: agentOf(exchanges),
    ...(model === undefined ? {} : { model }),
    tools: tools.map((tool) => ({ ...tool, parameters: { ...tool.parameters } })),
    isolation: "none",
  };
  const times = timesOf(exchanges, conversation);
  const kept = events.map((event, index) => toTrajectoryEvent(event, times[index] ?? start.at));
  const end: TrajectoryEvent = { type: "end", at: times.at(-1) ?? start.at, reason: "recording-ended" };
  return [start, ...kept, end];
}

/** The first words of `user-agent`, such as `claude-cli/2.0.1`. */
function agentOf(exchanges: readonly Exchange[]): { name: string; version: string } {
  const given = exchanges
    .map(({ request }) => request.headers["user-agent"])
    .find((value) => value !== undefined);
  const [, name = "unknown", version = "unknown"] = /^([^/\s]+)(?:\/(\S+))?/.exec(given ?? "") ?? [];
  return { name, version };
}
