import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import { z } from "zod";
import { HybridGymError, InputError, messageOf, StoreError } from "../base/errors.ts";
import { linesOf, readTextFile } from "../base/files.ts";
import { migrate, refuseNewer } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { sampleSchema, TRANSFORMED_SAMPLE_FORMAT } from "../sample.ts";
import type { Sample } from "../sample.ts";
import { TRAINING_SET_FORMAT, trainingSetManifestSchema } from "../training-set.ts";
import type { TrainingSet } from "../training-set.ts";
import { SAMPLES, SET_MANIFEST } from "./layout.ts";

const looseRow = z.record(z.string(), z.unknown());

/** Whether the folder says that it is a training set, be it complete or not. */
export async function isTrainingSet(folder: string): Promise<boolean> {
  const file = path.join(folder, SET_MANIFEST);
  if (!existsSync(file)) return false;
  return parseJson(await readTextFile(file), looseRow, file)["kind"] === "training-set";
}

/** @throws InputError `not-a-training-set`, `set-incomplete`, `newer-format` */
export async function openTrainingSet(folder: string): Promise<TrainingSet> {
  if (!(await isTrainingSet(folder))) throw notASet(folder);
  const file = path.join(folder, SET_MANIFEST);
  const row = parseJson(await readTextFile(file), looseRow, file);
  const lifted = migrate(row, TRAINING_SET_FORMAT, {}, file);
  const manifest = parseValue(lifted, trainingSetManifestSchema, file);
  const { id } = manifest;
  if (id === null || !manifest.complete) throw incomplete(folder);
  return { folder, id, manifest, samples: () => readSamples(folder, id) };
}

async function* readSamples(folder: string, id: string): AsyncGenerator<Sample> {
  const hash = createHash("sha256");
  const file = path.join(folder, SAMPLES);
  for await (const { line, number } of linesOf(decompressed(folder, hash)))
    yield parseSample(line, `${file}:${number}`);
  if (hash.digest("hex") !== id) throw damaged(folder, "its lines are not those that it is named by");
}

function parseSample(line: string, place: string): Sample {
  const row = parseJson(line, looseRow, place);
  refuseNewer(row, TRANSFORMED_SAMPLE_FORMAT, place);
  return parseValue(row, sampleSchema, place);
}

async function* decompressed(folder: string, hash: ReturnType<typeof createHash>): AsyncGenerator<string> {
  const file = createReadStream(path.join(folder, SAMPLES));
  // Errors of either reach the reader, and both are closed when it stops early.
  const bytes = pipeline(file, createZstdDecompress(), () => {});
  const decoder = new TextDecoder();
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    throw error instanceof HybridGymError ? error : damaged(folder, messageOf(error));
  }
}

function damaged(folder: string, detail: string): StoreError {
  return new StoreError({
    code: "set-damaged",
    message: `${path.join(folder, SAMPLES)} is damaged: ${detail}`,
    hint: "Restore the folder, or make the set again from what its manifest names.",
    fields: { folder, detail },
  });
}

function incomplete(folder: string): InputError {
  return new InputError({
    code: "set-incomplete",
    message: `${folder} holds a training set that was not written to its end`,
    hint: "Run the command that wrote it again; it starts anew.",
    fields: { folder },
  });
}

function notASet(folder: string): InputError {
  return new InputError({
    code: "not-a-training-set",
    message: `${folder} is no training set (no ${SET_MANIFEST} of one in it)`,
    hint: 'Name a folder that "hybrid-gym import" or "hybrid-gym select" made.',
    fields: { folder },
  });
}
