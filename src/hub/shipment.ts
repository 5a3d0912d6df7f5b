import { existsSync } from "node:fs";
import path from "node:path";
import { InputError, StoreError } from "../base/errors.ts";
import { readTextFile } from "../base/files.ts";
import { createCounter } from "../base/counter.ts";
import { repositoryNameOf } from "../samples/repository-name.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { filesOf, isComplete, MANIFEST, readManifest, type Shipped } from "./manifest.ts";
import { type FileSums, sumsOf } from "./sums.ts";

/** A folder that is whole: what is in it, and what one has to know before it leaves the machine. */
export interface Shipment {
  readonly shipped: Shipped;
  /** By name, the manifest too. */
  readonly files: ReadonlyMap<string, FileSums>;
  /** Rows of each repository; of those that are not known under `unknown`. */
  readonly repositories: Readonly<Record<string, number>>;
}

/** @throws InputError `not-pushable`, `export-incomplete`, `set-incomplete`, `export-without-contents` · StoreError `export-damaged`, `set-damaged` */
export async function readShipment(folder: string): Promise<Shipment> {
  const file = path.join(folder, MANIFEST);
  const shipped = existsSync(file) ? readManifest(await readTextFile(file)) : undefined;
  if (shipped === undefined) throw notPushable(folder);
  if (shipped.kind === "export" && !isComplete(shipped)) throw incomplete(folder);
  const repositories = await repositoriesOf(folder, shipped);
  const files = new Map<string, FileSums>();
  for (const name of [...filesOf(shipped), MANIFEST]) files.set(name, await presentSums(folder, name));
  if (shipped.kind === "export")
    for (const [name, said] of Object.entries(shipped.manifest.files))
      if (files.get(name)?.sha256 !== said.sha256) throw damaged(folder, name);
  return { shipped, files, repositories };
}

/** A training set is read to its end, which also tells whether it is the one that it is named by. */
async function repositoriesOf(folder: string, shipped: Shipped): Promise<Readonly<Record<string, number>>> {
  if (shipped.kind === "export") {
    const { contents } = shipped.manifest;
    if (contents === undefined) throw withoutContents(folder);
    return contents.repositories;
  }
  const counter = createCounter();
  for await (const sample of (await openTrainingSet(folder)).samples())
    counter.add(repositoryNameOf(sample) ?? "unknown");
  return counter.counts();
}

async function presentSums(folder: string, name: string): Promise<FileSums> {
  const file = path.join(folder, name);
  if (!existsSync(file)) throw damaged(folder, name);
  return sumsOf(file);
}

function notPushable(folder: string): InputError {
  return new InputError({
    code: "not-pushable",
    message: `${folder} is neither an export nor a training set (no ${MANIFEST} of one in it)`,
    hint: 'Name a folder that "hybrid-gym export", "import" or "select" made.',
    fields: { folder },
  });
}

function incomplete(folder: string): InputError {
  return new InputError({
    code: "export-incomplete",
    message: `${folder} holds an export that was not written to its end`,
    hint: "Run the export again.",
    fields: { folder },
  });
}

function withoutContents(folder: string): InputError {
  return new InputError({
    code: "export-without-contents",
    message: `The manifest of ${folder} does not say which repositories its rows are about`,
    hint: "Run the export again with this version; what benchmarks are made of must not leave unnoticed.",
    fields: { folder },
  });
}

function damaged(folder: string, name: string): StoreError {
  return new StoreError({
    code: "export-damaged",
    message: `${path.join(folder, name)} is not the file that the manifest names`,
    hint: "Run the export again, or restore the folder.",
    fields: { folder, file: name },
  });
}
