import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, listFolder, readTextFile, writeFileDurably } from "../base/files.ts";
import { canonicalJson, jsonSchema, parseJson } from "../base/json.ts";
import type { Json } from "../base/json.ts";
import { acquireLock } from "../base/lock.ts";
import { differences } from "../base/differences.ts";
import type { DatasetManifest } from "../dataset.ts";
import { assembleDataset } from "./assemble.ts";
import type { BuildOptions } from "./build-options.ts";
import { BUILD, MANIFEST, PARTS } from "./layout.ts";
import { openDataset } from "./open.ts";
import { partFile } from "./part.ts";

const buildSchema = z.strictObject({
  schema_version: z.int().max(2),
  config: z.record(z.string(), jsonSchema),
});

/**
 * Repositories → a dataset folder. Each repository's part is durable when it is done, so the same
 * command continues after a crash; a finished dataset is left as it is.
 */
export async function buildDataset(options: BuildOptions): Promise<DatasetManifest> {
  const { out, log } = options;
  await claim(out, configOf(options));
  await using _lock = await acquireLock(path.join(out, "build.lock"), `The dataset ${out}`);
  if (existsSync(path.join(out, MANIFEST))) {
    log.info(`${out} is already built with these options; nothing to do`);
    return (await openDataset(out)).manifest;
  }
  await mkdir(path.join(out, PARTS), { recursive: true });
  const parts = options.sources.map((source, index) => ({ source, file: partFile(out, index) }));
  const owed = parts.filter(({ file }) => !existsSync(file));
  if (owed.length < parts.length)
    log.info(`${parts.length - owed.length} of ${parts.length} repositories: done before`);
  await options.makeParts(owed);
  const manifest = await assembleDataset(
    options,
    parts.map(({ file }) => file),
  );
  await rm(path.join(out, PARTS), { recursive: true, force: true });
  return manifest;
}

function configOf(options: BuildOptions): Record<string, Json> {
  return {
    sources: options.sources.map((source) => (existsSync(source) ? path.resolve(source) : source)),
    revision: options.revision ?? null,
    tasks: Object.fromEntries(
      options.tasks.map(({ family, options: knobs, perRepository, abandonAfter }) => [
        family.name,
        {
          grader_version: family.graderVersion,
          options: knobs,
          per_repository: perRepository,
          abandon_after: abandonAfter,
        },
      ]),
    ),
    allow_contaminated: options.allowContaminated,
    seed: options.seed,
    model: options.model ?? null,
    total: options.total ?? null,
    balance: [...options.balance],
    splits: options.splits === undefined ? null : { ...options.splits },
    ...(options.environments === undefined ? {} : { environments: options.environments }),
    ...options.inputs,
  };
}

/** The folder is new, or was started by this very command. */
async function claim(out: string, config: Record<string, Json>): Promise<void> {
  const file = path.join(out, BUILD);
  if ((await claimOutputFolder(out, BUILD)) === "new") {
    await writeFileDurably(file, `${canonicalJson({ schema_version: 2, config })}\n`);
    return;
  }
  const known = parseJson(await readTextFile(file), buildSchema, file);
  const changed = differences(known.config, config);
  if (changed.length === 0) return;
  if (!(await holdsWork(out))) {
    await writeFileDurably(file, `${canonicalJson({ schema_version: 2, config })}\n`);
    return;
  }
  throw new InputError({
    code: "other-build",
    message: `${out} was built with other options: ${changed.join("; ")}`,
    hint: "Name another --out folder, or the options it was started with.",
    fields: { folder: out, differences: changed },
  });
}

/** A build that failed before it finished anything may be started again with other options. */
async function holdsWork(out: string): Promise<boolean> {
  return existsSync(path.join(out, MANIFEST)) || ((await listFolder(path.join(out, PARTS)))?.length ?? 0) > 0;
}
