import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { constants, gunzip, gzip, type ZlibOptions } from "node:zlib";
import { HybridGymError, systemCode } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { VERSION } from "../base/version.ts";
import { openDataset } from "../datasets/open.ts";
import { secretScanner, type Scanned } from "../exchanges/secrets.ts";
import { eventsOfTargets, findAttempts, type AttemptHistory } from "../runs/history.ts";
import { openRun, type Run } from "../runs/open.ts";
import { tarOf } from "../base/tar.ts";
import { EXCHANGES, LEDGER, PATCH, RUN, STEPS } from "../stores/local/layout.ts";
import { writeLine } from "../stores/local/lines.ts";
import { doctor } from "./doctor.ts";

export interface BundleRequest {
  readonly run: string;
  /** An attempt's id, or a target's for its last attempt. */
  readonly attempt: string;
  /** `<attempt>.tar.gz` here when left out. */
  readonly out?: string;
  /** The hidden half of the instance too. */
  readonly withTruth?: boolean;
  /** Of one file, before it is compressed; larger ones are left out and named. 64 MiB when left out. */
  readonly largestBytes?: number;
  /** Whose secrets are hidden; this process's when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What is in a bundle, and what is not; `bundle.json` in it says the same. */
export interface Bundle {
  readonly out: string;
  readonly attempt: string;
  readonly bytes: number;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly secrets_hidden: number;
  }[];
  readonly omitted: readonly { readonly name: string; readonly reason: string }[];
  readonly tool_version: string;
  readonly node_version: string;
}

interface Part {
  readonly name: string;
  /** Undefined where there is none. */
  readonly read: () => Promise<Buffer | undefined>;
}

const LARGEST_BYTES = 64 * 1024 * 1024;

/** Everything to report and reproduce one attempt, as one archive, with secrets taken out. The run is only read. */
export async function bundle(request: BundleRequest): Promise<Bundle> {
  const run = await openRun(request.run);
  const [attempt] = await findAttempts(run, request.attempt);
  if (attempt === undefined) throw new TypeError("findAttempts found none and did not say so");
  const out = request.out ?? `${attempt.id}.tar.gz`;
  const largest = request.largestBytes ?? LARGEST_BYTES;
  const scan = secretScanner(request.environment ?? process.env);
  const files: (Bundle["files"][number] & { readonly content: Buffer })[] = [];
  const omitted: { name: string; reason: string }[] = [];
  for (const { name, read } of partsOf(run, attempt, request.withTruth ?? false)) {
    const content = await read().catch(missing);
    if (content === undefined || "reason" in content) {
      omitted.push({ name, reason: content?.reason ?? "there is none" });
      continue;
    }
    const size = content.length;
    if (size > largest) omitted.push({ name, reason: `${size} bytes, over the limit of ${largest}` });
    else files.push({ name, ...scanned(content, scan) });
  }
  if (request.withTruth !== true)
    omitted.push({ name: "secret.json", reason: "ground truth; see --with-truth" });
  const about = {
    attempt: attempt.id,
    files: files.map(({ name, bytes, secrets_hidden }) => ({ name, bytes, secrets_hidden })),
    omitted,
    tool_version: VERSION,
    node_version: process.versions.node,
  };
  const bytes = await writeArchive(out, attempt.id, [
    { name: "bundle.json", content: pretty(about) },
    ...files,
  ]);
  return { out: path.resolve(out), bytes, ...about };
}

/** The small ones first: a reader sees what it is about before the long record. */
function partsOf(run: Run, { id, target, instance }: AttemptHistory, withTruth: boolean): Part[] {
  const { folder } = run;
  const pair = async () => (await openDataset(run.dataset)).find(instance);
  const ofAttempt = async (name: string) => (await run.files(id))?.read(name);
  const fromAttempt = (name: string): Part => ({ name, read: () => ofAttempt(name) });
  return [
    { name: RUN, read: () => readFile(path.join(folder, RUN)) },
    fromAttempt("attempt.json"),
    { name: LEDGER, read: async () => ledgerLines(folder, target) },
    { name: "instance.json", read: async () => pretty((await pair()).instance) },
    ...(withTruth ? [{ name: "secret.json", read: async () => pretty((await pair()).secret) }] : []),
    { name: "doctor.json", read: async () => pretty(await doctor()) },
    fromAttempt(PATCH),
    fromAttempt("output.txt"),
    fromAttempt(STEPS),
    { name: EXCHANGES, read: async () => unzipped(await ofAttempt(EXCHANGES)) },
  ];
}

/** Up to where a killed writer left it. */
async function unzipped(content: Buffer | undefined): Promise<Buffer | undefined> {
  if (content === undefined) return undefined;
  return promisify<Buffer, ZlibOptions, Buffer>(gunzip)(content, { finishFlush: constants.Z_SYNC_FLUSH });
}

async function ledgerLines(folder: string, target: string): Promise<Buffer> {
  const events = await eventsOfTargets(folder, new Set([target]));
  return Buffer.from(events.map((event) => `${writeLine(event)}\n`).join(""));
}

/** A killed attempt, or one whose dataset is gone, is worth reporting too. */
function missing(error: unknown): { readonly reason: string } {
  if (systemCode(error) === "ENOENT") return { reason: "there is none" };
  if (error instanceof HybridGymError) return { reason: error.message };
  throw error;
}

/** Latin-1 gives every byte one character, so bytes that are no text pass through as they are. */
function scanned(bytes: Buffer, scan: (text: string) => Scanned) {
  const { text, hidden } = scan(bytes.toString("latin1"));
  const kept = hidden === 0 ? bytes : Buffer.from(text, "latin1");
  return { content: kept, bytes: kept.length, secrets_hidden: hidden };
}

/** In a folder of the attempt's name, as archives are expected to unpack. */
async function writeArchive(
  out: string,
  folder: string,
  files: readonly { readonly name: string; readonly content: Buffer }[],
): Promise<number> {
  const members = await Promise.all(
    files.map(async ({ name, content }) => ({
      path: `${folder}/${name}`,
      kind: "file" as const,
      mode: 0o644,
      date: new Date(),
      content: name.endsWith(".gz") ? await promisify(gzip)(content) : content,
    })),
  );
  const archive = await promisify(gzip)(Buffer.concat([...tarOf(members)]));
  await writeFileDurably(out, archive);
  return archive.length;
}

function pretty(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
