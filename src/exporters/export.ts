import { rm } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { claimOutputFolder, readTextFile, writeFileDurably } from "../base/files.ts";
import { VERSION } from "../base/version.ts";
import { sha256 } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import type { Exporter, ExportResult, RowSize } from "../exporter.ts";
import type { TokenCounts } from "../mask.ts";
import type { SampleGrade, SampleHead, SampleSource } from "../sample.ts";
import { INCONSISTENT } from "../samples/of-attempts.ts";
import { CARD_FILE, cardOf } from "./card.ts";
import { createContents } from "./contents.ts";
import { EXPORT_FORMAT, describeSizes, exportManifestSchema } from "./manifest.ts";
import type { ExportManifest } from "./manifest.ts";
import { checkTokens, type TokenRule } from "./token-rule.ts";
import { rowFileOf } from "./row-format.ts";

export const MANIFEST_FILE = "manifest.json";

export interface ExportRequest {
  readonly exporter: Exporter;
  readonly options?: Readonly<Record<string, Json>>;
  /** Rows are written in this order. */
  readonly samples: AsyncIterable<SampleSource> | Iterable<SampleSource>;
  readonly source: ExportManifest["source"];
  /** Absent, empty, or an earlier export, which is replaced. */
  readonly folder: string;
  /** The outcomes that may be written; solved ones only unless said otherwise. Samples without a verdict never are. */
  readonly outcomes?: readonly ("solved" | "unsolved")[];
  /** Takes what a source says of itself for a verdict. */
  readonly acceptClaims?: boolean;
  /** Measures rows in tokens, and refuses those of which nothing would be learned. */
  readonly tokens?: TokenRule;
  readonly signal?: AbortSignal;
}

/**
 * Writes `train.jsonl` (or `train.parquet`, where the format is a table) and `manifest.json`. Each sample is either a row or counted under the reason for its
 * refusal. The same samples and options give the same bytes.
 * @throws InputError for wrong options or a folder that holds something else.
 */
export async function exportSamples(request: ExportRequest): Promise<ExportManifest> {
  const { exporter, folder, acceptClaims = false } = request;
  const options = exporter.parseOptions(request.options ?? {});
  if (request.tokens !== undefined) checkMeasurable(exporter, request.tokens);
  const outcomes = [...(request.outcomes ?? ["solved"])].sort();
  const rowFile = rowFileOf(exporter, options, folder);
  const earlier = await claimExportFolder(folder);
  const tally = createTally();
  const contents = createContents();

  const manifestFile = path.join(folder, MANIFEST_FILE);
  const manifest = (complete: boolean, files: ExportManifest["files"]): ExportManifest => ({
    schema_version: EXPORT_FORMAT,
    kind: "export",
    tool_version: VERSION,
    format: exporter.format,
    format_version: exporter.version,
    options,
    source: request.source,
    filters: acceptClaims ? { outcomes, accept_claims: true } : { outcomes },
    complete,
    counts: tally.counts(),
    ...(request.tokens === undefined ? {} : { tokens: describeTokens(request.tokens, tally.tokens) }),
    ...(complete ? { contents: contents.counts() } : {}),
    files,
    lengths: describeSizes(tally.sizes, tally.tokens),
  });
  // The folder is marked as ours before rows appear in it, so that an interrupted export can be repeated.
  await writeManifest(manifestFile, manifest(false, {}));
  const rows = await rowFile.open();
  try {
    for await (const source of request.samples) {
      request.signal?.throwIfAborted();
      tally.consider();
      const reason = tally.isWritten(source.head.id)
        ? "duplicate-attempt"
        : refusal(source.head.grade, outcomes, acceptClaims);
      const result = reason === undefined ? await rowOf(source) : ({ kind: "refused", reason } as const);
      if (result.kind === "refused") tally.refuse(result.reason);
      else {
        await rows.write(result.row);
        tally.write(source.head, result);
      }
    }
    const beside = await writeBeside(folder, exporter.files ?? {});
    const files = { ...beside, [rowFile.name]: await rows.finish() };
    const card = await writeBeside(folder, { [CARD_FILE]: cardOf(manifest(true, files)) });
    const finished = manifest(true, { ...files, ...card });
    await writeManifest(manifestFile, finished);
    await removeEarlier(folder, earlier, finished.files);
    return finished;
  } finally {
    await rows.discard();
  }

  async function rowOf(source: SampleSource): Promise<Measured> {
    const read = await source.read();
    if (read.kind === "refused") return read;
    const result = exporter.toRow({ sample: read.sample }, options);
    if (result.kind === "refused") return result;
    const row = request.tokens === undefined ? result : measured(result, request.tokens);
    if (row.kind === "row") contents.add(read.sample);
    return row;
  }
}

/** Said before anything is read: else every row would be refused. @throws InputError `usage` */
function checkMeasurable({ format, isChat, columns }: Exporter, { withIds }: TokenRule): void {
  const lacks = (what: string, flag: string) =>
    new InputError({
      code: "usage",
      message: `Rows of the format ${format} ${what}`,
      hint: `Leave ${flag} out, or take the format openai.`,
    });
  if (isChat === false) throw lacks("are no messages, and have no tokens of a chat template", "--tokenizer");
  if (withIds && columns !== undefined) throw lacks("have no columns for token ids", "--token-ids");
}

type Measured =
  | { readonly kind: "refused"; readonly reason: string }
  | (Extract<ExportResult, { kind: "row" }> & { readonly tokens?: TokenCounts });

function measured(result: Extract<ExportResult, { kind: "row" }>, rule: TokenRule): Measured {
  const check = checkTokens(result.row, rule);
  if (check.kind === "refused") return check;
  return { ...result, row: { ...result.row, ...check.columns }, tokens: check.counts };
}

function describeTokens(
  { reader, context, overLong }: TokenRule,
  all: readonly TokenCounts[],
): ExportManifest["tokens"] {
  const sum = (name: keyof TokenCounts) => all.reduce((total, counts) => total + counts[name], 0);
  return {
    tokenizer_sha256: reader.tokenizer.sha256,
    template_sha256: reader.template.sha256,
    marking: reader.template.marking,
    context: context ?? null,
    over_long: overLong,
    total: sum("tokens"),
    trained: sum("trained"),
    left_out: sum("left_out"),
    trained_in_context: sum("trained_in_context"),
  };
}

export async function writeBeside(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<ExportManifest["files"]> {
  const written: Record<string, { bytes: number; sha256: string }> = {};
  for (const [name, content] of Object.entries(files)) {
    await writeFileDurably(path.join(folder, name), content);
    written[name] = { bytes: Buffer.byteLength(content), sha256: sha256(content) };
  }
  return written;
}

function refusal(grade: SampleGrade, outcomes: readonly string[], acceptClaims: boolean): string | undefined {
  if (grade.kind === "no-verdict") return grade.cause === INCONSISTENT ? INCONSISTENT : grade.kind;
  if (grade.kind === "ungraded" || (grade.kind === "claimed" && !acceptClaims)) return grade.kind;
  const outcome = grade.kind === "graded" ? grade.outcome : grade.resolved ? "solved" : "unsolved";
  return outcomes.includes(outcome) ? undefined : outcome;
}

function createTally() {
  const refused = new Map<string, number>();
  const instances = new Set<string>();
  const ids = new Set<string>();
  const sizes: RowSize[] = [];
  const tokens: TokenCounts[] = [];
  let considered = 0;
  return {
    sizes,
    tokens,
    consider() {
      considered++;
    },
    refuse(reason: string) {
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    },
    isWritten: (id: string) => ids.has(id),
    write({ id, instance }: SampleHead, row: { readonly size: RowSize; readonly tokens?: TokenCounts }) {
      ids.add(id);
      if (instance !== null) instances.add(instance);
      sizes.push(row.size);
      if (row.tokens !== undefined) tokens.push(row.tokens);
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

const earlierSchema = exportManifestSchema.pick({ kind: true, files: true }).loose();

/**
 * Datasets have a `manifest.json` too: the name alone does not make a folder an export. Returns the names of the files of an earlier export in it.
 */
export async function claimExportFolder(folder: string): Promise<readonly string[]> {
  if ((await claimOutputFolder(folder, MANIFEST_FILE)) === "new") return [];
  const earlier = await exportedFiles(path.join(folder, MANIFEST_FILE));
  if (earlier !== undefined) return earlier;
  throw new InputError({
    code: "output-folder-in-use",
    message: `${folder} holds something else (its ${MANIFEST_FILE} is not of an export)`,
    hint: "Name a new or empty folder; nothing was changed.",
    fields: { folder, marker: MANIFEST_FILE },
  });
}

/** Names of the files that the manifest of an export lists; undefined for any other manifest. */
export async function exportedFiles(manifestFile: string): Promise<readonly string[] | undefined> {
  const { data } = earlierSchema.safeParse(parseLoosely(await readTextFile(manifestFile)));
  return data === undefined ? undefined : Object.keys(data.files);
}

/** What an export in another format left would be read as part of this one. */
export async function removeEarlier(
  folder: string,
  earlier: readonly string[],
  now: ExportManifest["files"],
): Promise<void> {
  for (const name of earlier)
    if (path.basename(name) === name && !Object.hasOwn(now, name))
      await rm(path.join(folder, name), { force: true });
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
