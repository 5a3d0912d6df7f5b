import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, readTextFile, REMAINS, writeFileDurably } from "../base/files.ts";
import { acquireLock } from "../base/lock.ts";
import type { TrainingSetManifest } from "../training-set.ts";
import { SAMPLES, SET_LOCK, SET_MANIFEST } from "./layout.ts";

/**
 * Takes a folder for a set that is to be written: absent, empty, or holding one that was cut off. It is marked as incomplete first, so that what a kill
 * leaves is known for what it is.
 * @throws InputError `set-exists`, `output-folder-in-use` · StoreError `in-use`
 */
export async function claimSetFolder(
  folder: string,
  incomplete: TrainingSetManifest,
): Promise<AsyncDisposable> {
  const isNew = (await claimOutputFolder(folder, SET_MANIFEST)) === "new";
  if (isNew) await writeManifest(folder, incomplete);
  else await refuseOthers(folder);
  const lock = await acquireLock(path.join(folder, SET_LOCK), folder);
  try {
    // Another process may have finished it meanwhile.
    await refuseOthers(folder);
    for (const name of await readdir(folder)) {
      const isRest = REMAINS.test(name) && name.startsWith(SAMPLES);
      if (isRest || name === SAMPLES) await rm(path.join(folder, name), { force: true });
    }
    await writeManifest(folder, incomplete);
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

export async function writeManifest(folder: string, manifest: TrainingSetManifest): Promise<void> {
  await writeFileDurably(path.join(folder, SET_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

const looseManifest = z.looseObject({ kind: z.literal("training-set"), complete: z.boolean() });

async function refuseOthers(folder: string): Promise<void> {
  const found = looseManifest.safeParse(parseLoosely(await readTextFile(path.join(folder, SET_MANIFEST))));
  if (!found.success) {
    throw new InputError({
      code: "output-folder-in-use",
      message: `${folder} holds something else (its ${SET_MANIFEST} is not of a training set)`,
      hint: "Name a new or empty folder; nothing was changed.",
      fields: { folder, marker: SET_MANIFEST },
    });
  }
  if (!found.data.complete) return;
  throw new InputError({
    code: "set-exists",
    message: `${folder} holds a training set already, and sets are never overwritten`,
    hint: "Name another folder, or delete that one; nothing was changed.",
    fields: { folder },
  });
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
