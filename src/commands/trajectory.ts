import { existsSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { HybridGymError, InputError } from "../base/errors.ts";
import { describeReadFailure } from "../base/files.ts";
import { dialects } from "../dialects/index.ts";
import type { Exchange } from "../exchange.ts";
import { readExchanges } from "../exchanges/store.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import { packedFilesAt, type RecordFile } from "./packed-files.ts";
import { EXCHANGES, STEPS } from "../stores/local/layout.ts";
import { atifTrajectorySchema, type AtifTrajectory } from "../trajectories/atif-schema.ts";
import { toAtif } from "../trajectories/atif.ts";
import { checkAgainstExchanges } from "../trajectories/check-exchanges.ts";
import { checkEvents, type Finding } from "../trajectories/check.ts";
import { atifVersionOf, isReadableVersion, readAtif } from "../trajectories/read-atif.ts";
import { readTrajectory } from "../trajectories/read.ts";

const ATIF = "trajectory.json";

/** A finding with the file that it is about. */
export interface FileFinding extends Finding {
  readonly file: string;
}

export interface TrajectoryCheck {
  readonly findings: readonly FileFinding[];
  /** Files that were read. */
  readonly files: number;
  /** Records without an end, which is no fault: a killed attempt leaves one. */
  readonly interrupted: number;
  /** ATIF documents of other versions than ours, which are not held against its schema. */
  readonly unchecked: number;
}

/**
 * The trajectory in a record (`steps.jsonl`), an ATIF document, or a folder that holds one; of an attempt that lies in a pack, the
 * folder that it had.
 * @throws InputError `no-trajectory`, or what is wrong with the file.
 */
export async function showTrajectory(place: string): Promise<AtifTrajectory> {
  const file = [STEPS, ATIF].map((name) => path.join(place, name)).find(existsSync) ?? place;
  if (!existsSync(file)) {
    for await (const { file: record, bytes } of packedFilesAt(place))
      if (record.endsWith(STEPS)) return toAtif(await Array.fromAsync(readTrajectory(record, bytes)));
  }
  if (!existsSync(file) || statSync(file).isDirectory() || file.endsWith(".gz"))
    throw noTrajectory(place, [STEPS, ATIF]);
  if (!file.endsWith(".jsonl")) return readAtif(await readText(file), file);
  return toAtif(await Array.fromAsync(readTrajectory(file)));
}

/** Holds records, ATIF documents and exchanges against their formats and against each other. */
export async function checkTrajectories(places: readonly string[]): Promise<TrajectoryCheck> {
  const findings: FileFinding[] = [];
  let files = 0;
  for (const place of places) {
    for await (const readable of filesOf(place)) {
      files++;
      for (const finding of await checkFile(readable)) findings.push({ file: readable.file, ...finding });
    }
  }
  const notes = ["interrupted", "another-version"];
  const count = (note: string) => findings.filter(({ code }) => code === note).length;
  return {
    findings: findings.filter(({ code }) => !notes.includes(code)),
    files,
    interrupted: count("interrupted"),
    unchecked: count("another-version"),
  };
}

async function* filesOf(place: string): AsyncGenerator<RecordFile> {
  let packed = 0;
  for await (const record of packedFilesAt(place)) {
    packed++;
    yield record;
  }
  if (packed > 0) return;
  const found = await stat(place).catch((error: unknown) => {
    throw describeReadFailure(error, place);
  });
  const names = [STEPS, EXCHANGES, ATIF];
  const files = found.isDirectory()
    ? names.map((name) => path.join(place, name)).filter(existsSync)
    : [place];
  if (files.length === 0) throw noTrajectory(place, names);
  for (const file of files) {
    const beside = path.join(path.dirname(file), EXCHANGES);
    const exchanges = existsSync(beside) ? { file: beside, bytes: await readBytes(beside) } : undefined;
    yield { file, bytes: await readBytes(file), exchanges };
  }
}

async function checkFile(record: RecordFile): Promise<Finding[]> {
  const { file, bytes } = record;
  if (file.endsWith(".gz")) return (await readAllExchanges(file, bytes)).findings;
  return file.endsWith(".jsonl") ? checkRecord(record) : checkAtif(record);
}

async function checkRecord({ file, bytes, exchanges: beside }: RecordFile): Promise<Finding[]> {
  const events: TrajectoryEvent[] = [];
  try {
    for await (const event of readTrajectory(file, bytes)) events.push(event);
  } catch (error) {
    return [{ line: events.length + 1, code: "not-an-event", message: saidBy(error) }];
  }
  const torn: Finding[] =
    bytes.length === 0 || bytes.at(-1) === 0x0a
      ? []
      : [{ line: events.length + 1, code: "torn", message: "the last line was not written to its end" }];
  const exchanges = beside === undefined ? [] : (await readAllExchanges(beside.file, beside.bytes)).exchanges;
  return [
    ...checkEvents(events),
    ...torn,
    ...checkAgainstExchanges(events, exchanges, (name) => dialects[name]),
  ];
}

async function checkAtif({ file, bytes }: RecordFile): Promise<Finding[]> {
  const text = bytes.toString("utf8");
  try {
    const version = atifVersionOf(text, file);
    if (isReadableVersion(version)) return [{ line: 0, code: "another-version", message: version }];
  } catch (error) {
    return [{ line: 0, code: "not-atif", message: saidBy(error) }];
  }
  const issues = atifTrajectorySchema.safeParse(JSON.parse(text)).error?.issues ?? [];
  return issues.map((issue) => ({
    line: 0,
    code: "not-atif",
    message: `${issue.path.join(".")}: ${issue.message}`,
  }));
}

async function readAllExchanges(
  file: string,
  bytes: Buffer,
): Promise<{ exchanges: Exchange[]; findings: Finding[] }> {
  const exchanges: Exchange[] = [];
  try {
    for await (const exchange of readExchanges(file, bytes)) exchanges.push(exchange);
    return { exchanges, findings: [] };
  } catch (error) {
    const line = exchanges.length + 1;
    return { exchanges, findings: [{ line, code: "not-an-exchange", message: saidBy(error) }] };
  }
}

/** Damage is what is looked for; anything else is a failure of the check. */
function saidBy(error: unknown): string {
  if (error instanceof HybridGymError && error.code !== "no-such-file") return error.message;
  throw error;
}

async function readText(file: string): Promise<string> {
  return (await readBytes(file)).toString("utf8");
}

async function readBytes(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw describeReadFailure(error, file);
  });
}

function noTrajectory(place: string, names: readonly string[]): InputError {
  return new InputError({
    code: "no-trajectory",
    message: `${place} holds no trajectory (no ${names.slice(0, -1).join(", ")} or ${names.at(-1)})`,
    hint: `Name such a file, or a folder that has one; "hybrid-gym attempts RUN" lists those of a run.`,
    fields: { place },
  });
}
