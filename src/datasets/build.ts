import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, listFolder, readTextFile, writeFileDurably } from "../base/files.ts";
import { canonicalJson, jsonSchema, parseJson } from "../base/json.ts";
import type { Json } from "../base/json.ts";
import { acquireLock } from "../base/lock.ts";
import { silentLog } from "../base/log.ts";
import { differences } from "../base/differences.ts";
import type { DatasetManifest } from "../dataset.ts";
import { assembleDataset } from "./assemble.ts";
import { buildPart, partFile } from "./build-part.ts";
import type { BuildOptions } from "./build-options.ts";
import { BUILD, MANIFEST, PARTS } from "./layout.ts";
import { openDataset } from "./open.ts";

const buildSchema = z.strictObject({
  schema_version: z.literal(1),
  config: z.record(z.string(), jsonSchema),
});

/**
 * Repositories → a dataset folder. Each repository's part is durable when it is done, so the same
 * command continues after a crash; a finished dataset is left as it is.
 */
export async function buildDataset(options: BuildOptions): Promise<DatasetManifest> {
  const { out, log = silentLog } = options;
  const knobs = options.family.parseOptions(options.options ?? {});
  await claim(out, configOf(options, knobs));
  await using _lock = await acquireLock(path.join(out, "build.lock"), `The dataset ${out}`);
  if (existsSync(path.join(out, MANIFEST))) {
    log.info(`${out} is already built with these options; nothing to do`);
    return (await openDataset(out)).manifest;
  }
  await mkdir(path.join(out, PARTS), { recursive: true });
  const parts: string[] = [];
  for (const [index, source] of options.sources.entries()) {
    const part = partFile(out, index);
    if (existsSync(part)) log.info(`${source}: done before`);
    else await buildPart({ ...options, knobs, log }, source, part);
    parts.push(part);
  }
  const manifest = await assembleDataset(options, knobs, parts);
  await rm(path.join(out, PARTS), { recursive: true, force: true });
  return manifest;
}

function configOf(options: BuildOptions, knobs: Record<string, Json>): Record<string, Json> {
  return {
    sources: options.sources.map((source) => (existsSync(source) ? path.resolve(source) : source)),
    revision: options.revision ?? null,
    task: options.family.name,
    grader_version: options.family.graderVersion,
    options: knobs,
    per_repository: options.perRepository,
    seed: options.seed,
    model: options.model?.name ?? null,
    ...options.inputs,
  };
}

/** The folder is new, or was started by this very command. */
async function claim(out: string, config: Record<string, Json>): Promise<void> {
  const file = path.join(out, BUILD);
  if ((await claimOutputFolder(out, BUILD)) === "new") {
    await writeFileDurably(file, `${canonicalJson({ schema_version: 1, config })}\n`);
    return;
  }
  const known = parseJson(await readTextFile(file), buildSchema, file);
  const changed = differences(known.config, config);
  if (changed.length === 0) return;
  if (!(await holdsWork(out))) {
    await writeFileDurably(file, `${canonicalJson({ schema_version: 1, config })}\n`);
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
