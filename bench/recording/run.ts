/**
 * What the recording endpoint adds to a request, and how much passes through it, against a plain reverse proxy (npm http-proxy-3) before
 * the same service in the same run. Service, endpoint, proxy and client are a process each. Ours keeps every exchange on disk; the peer keeps nothing.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import { type Figure, median, spread } from "../figure.ts";
import { startProcess } from "./process.ts";

const RUNS = 5;
/** One after the other, for latencies. */
const SINGLE = 400;
/** For throughput. */
const MANY = 1500;
const CONCURRENCY = 16;
const MEGABYTES = 48;
/** As large as a conversation of some 15,000 tokens; each differs from the one before. */
const HISTORY = "The quick brown fox jumps over the lazy dog. ".repeat(1400);

const agent = new Agent({ connections: CONCURRENCY });

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-recording-"));
  try {
    using upstream = await startProcess("upstream.ts");
    using ours = await startProcess("ours.ts", [upstream.url, folder]);
    using peer = await startProcess("peer.ts", [upstream.url]);
    const places = { direct: upstream.url, ours: ours.url, peer: peer.url };
    for (const url of Object.values(places)) await latencies(`${url}/v1/chat/completions`, 200);
    const rounds: Round[] = [];
    for (let run = 0; run < runs; run++) {
      rounds.push({
        direct: await measure(places.direct),
        ours: await measure(places.ours),
        peer: await measure(places.peer),
      });
    }
    return figuresOf(rounds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Round {
  readonly direct: Measured;
  readonly ours: Measured;
  readonly peer: Measured;
}

interface Measured {
  /** Milliseconds, in order. */
  readonly plain: readonly number[];
  readonly firstEvent: readonly number[];
  readonly requestsPerSecond: number;
  readonly streamsPerSecond: number;
  readonly megabytesPerSecond: number;
}

async function measure(base: string): Promise<Measured> {
  const url = `${base}/v1/chat/completions`;
  const plain = await latencies(url, SINGLE);
  const firstEvent = await latencies(`${url}?stream=1`, SINGLE / 4);
  const requestsPerSecond = await throughput(url, MANY);
  const streamsPerSecond = await throughput(`${url}?stream=1`, MANY / 5);
  const began = performance.now();
  await send(`${base}/v1/files?megabytes=${MEGABYTES}`, 0);
  const megabytesPerSecond = MEGABYTES / ((performance.now() - began) / 1000);
  return { plain, firstEvent, requestsPerSecond, streamsPerSecond, megabytesPerSecond };
}

let sent = 0;

/** Milliseconds to the first byte of the answer, after which the rest is read. */
async function send(url: string, bytes: number = HISTORY.length): Promise<number> {
  const content = `${HISTORY.slice(0, bytes)}${sent++}`;
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content }] });
  const began = performance.now();
  const response = await request(url, {
    dispatcher: agent,
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
  let first: number | undefined;
  for await (const _ of response.body) first ??= performance.now() - began;
  if (response.statusCode !== 200) throw new Error(`${url}: status ${response.statusCode}`);
  return first ?? Number.NaN;
}

async function latencies(url: string, count: number): Promise<number[]> {
  const result: number[] = [];
  for (let index = 0; index < count; index++) result.push(await send(url));
  return result.toSorted((a, b) => a - b);
}

async function throughput(url: string, count: number): Promise<number> {
  const began = performance.now();
  let left = count;
  const work = async () => {
    while (left-- > 0) await send(url);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return count / ((performance.now() - began) / 1000);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

function figuresOf(rounds: readonly Round[]): Figure[] {
  // Of all rounds' requests together: the slowest hundredth of one round is four requests.
  const added = (name: string, times: (measured: Measured) => readonly number[], share: number): Figure => {
    const pooled = (side: keyof Round) =>
      at(
        rounds.flatMap((round) => times(round[side])).toSorted((a, b) => a - b),
        share,
      );
    const each = (side: keyof Round) =>
      rounds.map((round) => at(times(round[side]), share) - at(times(round.direct), share));
    const [ours, peer] = [pooled("ours") - pooled("direct"), pooled("peer") - pooled("direct")];
    const ratio = ours > 0 && peer > 0 ? peer / ours : null;
    return { ...figure(name, "ms", each("ours"), each("peer"), ratio), ours, peer };
  };
  const rate = (name: string, unit: string, of: (measured: Measured) => number): Figure => {
    const [ours, peer] = [rounds.map((round) => of(round.ours)), rounds.map((round) => of(round.peer))];
    return figure(name, unit, ours, peer, median(ours) / median(peer));
  };
  return [
    added("added latency, p50", ({ plain }) => plain, 0.5),
    added("added latency, p99", ({ plain }) => plain, 0.99),
    added("added latency to a stream's first event, p50", ({ firstEvent }) => firstEvent, 0.5),
    added("added latency to a stream's first event, p99", ({ firstEvent }) => firstEvent, 0.99),
    rate(
      `requests of ${Math.round(HISTORY.length / 1000)} kB, ${CONCURRENCY} at once`,
      "requests/s",
      (of) => of.requestsPerSecond,
    ),
    rate(`the same, as bytes sent`, "MB/s", (of) => (of.requestsPerSecond * HISTORY.length) / 1e6),
    rate(`streams of 100 events, ${CONCURRENCY} at once`, "streams/s", (of) => of.streamsPerSecond),
    rate(`one response of ${MEGABYTES} MiB`, "MiB/s", (of) => of.megabytesPerSecond),
  ];
}

function figure(
  name: string,
  unit: string,
  ours: readonly number[],
  peer: readonly number[],
  ratio: number | null,
): Figure {
  return {
    name,
    ours: median(ours),
    peer: median(peer),
    ratio,
    unit,
    runs: ours.length,
    spread: Math.max(spread(ours), spread(peer)),
  };
}

if (import.meta.main) {
  console.log(JSON.stringify(await bench(), undefined, 2));
  process.exit(0);
}
