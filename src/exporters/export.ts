import path from "node:path";
import { InputError, systemCode } from "../base/errors.ts";
import { claimOutputFolder, readTextFile, writeFileDurably } from "../base/files.ts";
import { VERSION } from "../base/version.ts";
import type { Json } from "../base/json.ts";
import type { Attempt } from "../attempt.ts";
import type { Exporter, RowSize } from "../exporter.ts";
import type { Instance } from "../instance.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import type { Verdict } from "../verdict.ts";
import { EXPORT_FORMAT, describeSizes, exportManifestSchema } from "./manifest.ts";
import type { ExportManifest } from "./manifest.ts";
import { openRowFile } from "./row-file.ts";

export const ROWS_FILE = "train.jsonl";
export const MANIFEST_FILE = "manifest.json";

/** One finished attempt. Events are read only if the attempt gets past the filters. */
export interface ExportSource {
  readonly attempt: Attempt;
  readonly instance: Instance;
  readEvents(): AsyncIterable<TrajectoryEvent>;
}

export interface ExportRequest {
  readonly exporter: Exporter;
  readonly options?: Readonly<Record<string, Json>>;
  /** In any order; rows are written in the order of attempt ids. */
  readonly attempts: AsyncIterable<ExportSource> | Iterable<ExportSource>;
  readonly source: ExportManifest["source"];
  /** Absent, empty, or an earlier export, which is replaced. */
  readonly folder: string;
  /** The outcomes that may be written; solved ones only unless said otherwise. Attempts without a verdict never are. */
  readonly outcomes?: readonly ("solved" | "unsolved")[];
  readonly signal?: AbortSignal;
}

/**
 * Writes `train.jsonl` and `manifest.json`. Each attempt is either a row or counted under the reason for its
 * refusal. The same attempts and options give the same bytes.
 * @throws InputError for wrong options or a folder that holds something else.
 */
export async function exportRun(request: ExportRequest): Promise<ExportManifest> {
  const { exporter, folder } = request;
  const options = exporter.parseOptions(request.options ?? {});
  const outcomes = [...(request.outcomes ?? ["solved"])].sort();
  await claimExportFolder(folder);
  const tally = createTally();
  const chosen = await choose(request.attempts, outcomes, tally);

  const manifestFile = path.join(folder, MANIFEST_FILE);
  const manifest = (complete: boolean, files: ExportManifest["files"]): ExportManifest => ({
    schema_version: EXPORT_FORMAT,
    kind: "export",
    tool_version: VERSION,
    format: exporter.format,
    format_version: exporter.version,
    options,
    source: request.source,
    filters: { outcomes },
    complete,
    counts: tally.counts(),
    files,
    lengths: describeSizes(tally.sizes),
  });
  // The folder is marked as ours before rows appear in it, so that an interrupted export can be repeated.
  await writeManifest(manifestFile, manifest(false, {}));
  const rows = await openRowFile(path.join(folder, ROWS_FILE));
  try {
    for (const source of chosen) {
      request.signal?.throwIfAborted();
      const events = await eventsOf(source);
      const result =
        events === undefined
          ? MISSING
          : (findMismatch(source, events) ?? exporter.toRow({ ...source, events }, options));
      if (result.kind === "refused") tally.refuse(result.reason);
      else {
        await rows.write(result.row);
        tally.write(source.attempt.instance, result.size);
      }
    }
    const finished = manifest(true, { [ROWS_FILE]: await rows.finish() });
    await writeManifest(manifestFile, finished);
    return finished;
  } finally {
    await rows.discard();
  }
}

async function choose(
  attempts: ExportRequest["attempts"],
  outcomes: readonly string[],
  tally: Tally,
): Promise<ExportSource[]> {
  const chosen = new Map<string, ExportSource>();
  for await (const source of attempts) {
    const { attempt } = source;
    tally.consider();
    const reason = chosen.has(attempt.id) ? "duplicate-attempt" : refusal(attempt.verdict, outcomes);
    if (reason === undefined) chosen.set(attempt.id, source);
    else tally.refuse(reason);
  }
  return [...chosen.values()].sort((a, b) => (a.attempt.id < b.attempt.id ? -1 : 1));
}

/** A row's label is taken from the verdict alone, and only from one that agrees with itself. */
function refusal(verdict: Verdict, outcomes: readonly string[]): string | undefined {
  if (verdict.outcome === "no-verdict") return "no-verdict";
  if (verdict.resolved === null || verdict.reward === null) return "ungraded";
  if (verdict.resolved !== (verdict.outcome === "solved")) return "inconsistent-verdict";
  return outcomes.includes(verdict.outcome) ? undefined : verdict.outcome;
}

const MISSING = { kind: "refused", reason: "attempt-missing" } as const;

/** Undefined where someone deleted the record. */
async function eventsOf(source: ExportSource): Promise<TrajectoryEvent[] | undefined> {
  try {
    return await Array.fromAsync(source.readEvents());
  } catch (error) {
    if (systemCode(error) === "attempt-missing") return undefined;
    throw error;
  }
}

/** A record in the wrong place would give one attempt the verdict of another. */
function findMismatch({ attempt, instance }: ExportSource, events: readonly TrajectoryEvent[]) {
  const start = events.find((event) => event.type === "start");
  const matches =
    attempt.instance === instance.id &&
    (start === undefined || (start.attempt === attempt.id && start.instance === attempt.instance));
  if (matches) return undefined;
  return { kind: "refused", reason: "record-mismatch", detail: "the record is of another attempt" } as const;
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  const refused = new Map<string, number>();
  const instances = new Set<string>();
  const sizes: RowSize[] = [];
  let considered = 0;
  return {
    sizes,
    consider() {
      considered++;
    },
    refuse(reason: string) {
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    },
    write(instance: string, size: RowSize) {
      instances.add(instance);
      sizes.push(size);
    },
    counts: (): ExportManifest["counts"] => ({
      considered,
      written: sizes.length,
      refused: Object.fromEntries([...refused].sort(([a], [b]) => (a < b ? -1 : 1))),
      instances: instances.size,
    }),
  };
}

async function writeManifest(file: string, manifest: ExportManifest): Promise<void> {
  await writeFileDurably(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Datasets have a `manifest.json` too: the name alone does not make a folder an export. */
export async function claimExportFolder(folder: string): Promise<void> {
  if ((await claimOutputFolder(folder, MANIFEST_FILE)) === "new") return;
  const text = await readTextFile(path.join(folder, MANIFEST_FILE));
  const isExport = exportManifestSchema.pick({ kind: true }).loose().safeParse(parseLoosely(text)).success;
  if (isExport) return;
  throw new InputError({
    code: "output-folder-in-use",
    message: `${folder} holds something else (its ${MANIFEST_FILE} is not of an export)`,
    hint: "Name a new or empty folder; nothing was changed.",
    fields: { folder, marker: MANIFEST_FILE },
  });
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
