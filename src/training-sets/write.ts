import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { type Counter, createCounter } from "../base/counter.ts";
import { describeWriteFailure, syncFolder } from "../base/files.ts";
import { parseValue, type Json } from "../base/json.ts";
import { VERSION } from "../base/version.ts";
import { sampleSchema, type Sample } from "../sample.ts";
import { TRAINING_SET_FORMAT } from "../training-set.ts";
import type { RuleCount, SetParent, TrainingSetManifest } from "../training-set.ts";
import { claimSetFolder, writeManifest } from "./claim.ts";
import { createSetCounts } from "./counts.ts";
import { SAMPLES } from "./layout.ts";

export interface TrainingSetRequest {
  /** Absent, empty, or holding a set that was cut off, which is replaced. */
  readonly folder: string;
  readonly operation: { readonly name: string; readonly options: Record<string, Json> };
  /** In the order of the lines; what it leaves out it counts in `refused`. Pulled one by one. */
  samples(refused: Counter): AsyncIterable<Sample>;
  /** Asked when all samples are written: what is known only then. */
  known(): SetOrigin;
  readonly signal?: AbortSignal;
}

export interface SetOrigin {
  readonly parents: readonly SetParent[];
  readonly rules?: readonly RuleCount[];
  readonly details?: Record<string, Json>;
}

/** Fixed, as the bytes would differ. The memory for reading stays at what every zstd gives without being asked. */
const COMPRESSION = {
  params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_checksumFlag]: 1 },
};

/**
 * Writes a training set; memory does not grow with it. It is complete when its manifest says so, which is written last.
 * @throws InputError `set-exists`, `output-folder-in-use` · StoreError `in-use`
 */
export async function writeTrainingSet(request: TrainingSetRequest): Promise<TrainingSetManifest> {
  const { folder, operation, signal } = request;
  const [held, refused] = [createSetCounts(), createCounter()];
  const manifest = (id: string | null, { parents, rules = [], details = {} }: SetOrigin) => ({
    schema_version: TRAINING_SET_FORMAT as typeof TRAINING_SET_FORMAT,
    kind: "training-set" as const,
    tool_version: VERSION,
    id,
    parents: [...parents],
    operation: { ...operation, rules: [...rules], details },
    counts: held.counts(refused),
    complete: id !== null,
  });
  await using _lock = await claimSetFolder(folder, manifest(null, { parents: [] }));
  const hash = createHash("sha256");
  async function* lines() {
    for await (const sample of request.samples(refused)) {
      const line = lineOf(sample);
      hash.update(line);
      held.add(sample);
      yield line;
    }
  }
  await writeCompressed(path.join(folder, SAMPLES), lines(), signal);
  const finished = manifest(hash.digest("hex"), request.known());
  await writeManifest(folder, finished);
  return finished;
}

/**
 * Its fields in the schema's order, so that equal samples are equal lines. Keys of calls' arguments and of tools' parameters stay as they are: a
 * model wrote or read them so. @throws InputError `malformed-row` for what could not be read again.
 */
function lineOf(sample: Sample): string {
  return `${JSON.stringify(parseValue(sample, sampleSchema, `sample ${sample.id}`))}\n`;
}

async function writeCompressed(
  file: string,
  lines: AsyncGenerator<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const compress = createZstdCompress(COMPRESSION);
  async function* blocks() {
    yield* inBlocks(lines);
    // The last text ends a block of its own where the stream knows already that it is the last: whether it does is a matter of time, and gives other bytes.
    await new Promise((resolve) => compress.write("", resolve));
  }
  try {
    const output = createWriteStream(temporary, { flush: true });
    await pipeline(blocks(), compress, output, signal === undefined ? {} : { signal });
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw describeWriteFailure(error, file);
  }
}

/** Each write to the compressor is a wait for another thread, which costs more than a line's compression. */
const BLOCK_CHARACTERS = 1 << 16;

async function* inBlocks(lines: AsyncGenerator<string>): AsyncGenerator<string> {
  let waiting: string[] = [];
  let characters = 0;
  for await (const line of lines) {
    waiting.push(line);
    characters += line.length;
    if (characters < BLOCK_CHARACTERS) continue;
    yield waiting.join("");
    waiting = [];
    characters = 0;
  }
  if (waiting.length > 0) yield waiting.join("");
}
