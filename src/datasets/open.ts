import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readJsonl, readTextFile } from "../base/files.ts";
import { migrate } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { readRowLog } from "../base/row-log.ts";
import {
  DATASET_FORMAT,
  datasetManifestSchema,
  memorisedSchema,
  rejectionSchema,
  validationSchema,
} from "../dataset.ts";
import type { DatasetManifest, Memorised, Rejection, Validation } from "../dataset.ts";
import { INSTANCE_FORMAT, instanceSchema, secretSchema } from "../instance.ts";
import type { InstancePair } from "../instance.ts";
import { BUILD, INSTANCES, MANIFEST, MEMORISED, REJECTIONS, SECRETS, VALIDATION } from "./layout.ts";
import { manifestMigrations } from "./migrations.ts";

export interface Dataset {
  readonly folder: string;
  readonly manifest: DatasetManifest;
  /** In file order; streamed, so that a dataset of any size fits in memory. */
  pairs(): AsyncGenerator<InstancePair>;
  /** Of all instances, in file order; nothing else of them is checked, which takes a fraction of the time. */
  ids(): AsyncGenerator<string>;
  /** @throws InputError when there is no such instance. */
  find(id: string): Promise<InstancePair>;
  rejections(): AsyncGenerator<Rejection>;
  /** The last validation of each instance; empty when `validate` has not run. */
  validations(): Promise<ReadonlyMap<string, Validation>>;
  /** What models answered without the repositories; empty when `memorised` has not run. */
  memorised(): Promise<readonly Memorised[]>;
}

const looseRow = z.record(z.string(), z.unknown());

/** @throws InputError when the folder is no dataset, an unfinished one, or one of a newer version. */
export async function openDataset(folder: string): Promise<Dataset> {
  const manifest = await readManifest(folder);
  return {
    folder,
    manifest,
    pairs: () => readPairs(folder),
    ids: () => readIds(folder),
    find: (id) => findPair(folder, id),
    rejections: () => readJsonl(path.join(folder, REJECTIONS), rejectionSchema),
    validations: () => readValidations(folder),
    memorised: () => readMemorised(folder),
  };
}

async function readManifest(folder: string): Promise<DatasetManifest> {
  const file = path.join(folder, MANIFEST);
  if (!existsSync(file)) throw noDataset(folder);
  const row = parseJson(await readTextFile(file), looseRow, file);
  return parseValue(migrate(row, DATASET_FORMAT, manifestMigrations, file), datasetManifestSchema, file);
}

function noDataset(folder: string): InputError {
  if (existsSync(path.join(folder, BUILD))) {
    return new InputError({
      code: "build-unfinished",
      message: `The build of ${folder} is not finished`,
      hint: 'Run the same "hybrid-gym build" command again; it continues.',
      fields: { folder },
    });
  }
  return new InputError({
    code: "not-a-dataset",
    message: `${folder} is no dataset (no ${MANIFEST} in it)`,
    hint: 'Name a folder that "hybrid-gym build" made. Where a run\'s dataset was moved: "hybrid-gym rollout" with the new place notes it.',
    fields: { folder },
  });
}

async function* readPairs(folder: string): AsyncGenerator<InstancePair> {
  const secrets = rowsOf(folder, SECRETS, secretSchema);
  for await (const instance of rowsOf(folder, INSTANCES, instanceSchema)) {
    const next = await secrets.next();
    if (next.done === true || next.value.id !== instance.id) {
      throw new InputError({
        code: "dataset-halves-differ",
        message: `${folder}: ${INSTANCES} and ${SECRETS} do not hold the same instances in the same order (at ${instance.id})`,
        hint: "Both files come from one build and are never edited; restore them or build again.",
        fields: { folder, id: instance.id },
      });
    }
    yield { instance, secret: next.value };
  }
}

async function* readIds(folder: string): AsyncGenerator<string> {
  for await (const { id } of rowsOf(folder, INSTANCES, z.looseObject({ id: z.string() }))) yield id;
}

async function* rowsOf<T>(folder: string, name: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const file = path.join(folder, name);
  let number = 0;
  for await (const row of readJsonl(file, looseRow)) {
    number++;
    yield parseValue(migrate(row, INSTANCE_FORMAT, {}, `${file}:${number}`), schema, `${file}:${number}`);
  }
}

async function findPair(folder: string, id: string): Promise<InstancePair> {
  for await (const pair of readPairs(folder)) if (pair.instance.id === id) return pair;
  throw new InputError({
    code: "no-such-instance",
    message: `${folder} has no instance "${id}"`,
    hint: `The ids are in ${path.join(folder, INSTANCES)}.`,
    fields: { folder, id },
  });
}

async function readValidations(folder: string): Promise<ReadonlyMap<string, Validation>> {
  const result = new Map<string, Validation>();
  const file = path.join(folder, VALIDATION);
  if (!existsSync(file)) return result;
  for await (const row of readJsonl(file, validationSchema)) result.set(row.id, row);
  return result;
}

async function readMemorised(folder: string): Promise<readonly Memorised[]> {
  const result = new Map<string, Memorised>();
  for await (const row of readRowLog(path.join(folder, MEMORISED))) {
    const { data } = memorisedSchema.safeParse(row);
    if (data !== undefined) result.set(`${data.id}\0${data.model}`, data);
  }
  return [...result.values()];
}
