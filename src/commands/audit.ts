import { existsSync } from "node:fs";
import path from "node:path";
import type { AuditOptions } from "../audit.ts";
import { benchmarkCodeIn } from "../audits/benchmark-code.ts";
import { AUDIT_CHECKS } from "../audits/index.ts";
import type { Audit, AuditFinding } from "../audits/result.ts";
import { createTally, type Subject, subjectOf, type Tally } from "../audits/tally.ts";
import { createAuditedTokens } from "../audits/token-figures.ts";
import { measureSample } from "../audits/tokens.ts";
import { createWhole } from "../audits/whole.ts";
import { createCounter } from "../base/counter.ts";
import { defined } from "../base/defined.ts";
import { loadFunctionIndex } from "../contamination/functions.ts";
import { walkOf } from "../facts/walk.ts";
import { importFile } from "../importers/import-file.ts";
import type { TokenCounts } from "../mask.ts";
import { loadModelReader, type ReaderFiles } from "../masks/load.ts";
import type { Sample } from "../sample.ts";
import { openSamples } from "../samples/open.ts";
import { RUN } from "../stores/local/layout.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";
import { isTrainingSet } from "../training-sets/open.ts";
import { type ClaimsRequest, openClaims } from "./grading/claims.ts";
import { filesToImport } from "./import-files.ts";

export interface AuditRequest {
  /** Runs, training sets, files that others recorded, and folders of such files. */
  readonly from: readonly string[];
  /** Tokens that the student's context holds; 32,768 when left out. */
  readonly context?: number;
  /** Of the model to train: lengths and masks are measured by it. Lengths are estimated when left out. */
  readonly reader?: ReaderFiles;
  /** Judges diffs again; nobody does when left out. */
  readonly judge?: ClaimsRequest;
  readonly signal?: AbortSignal;
}

const CONTEXT = 32_768;

/** Says what is wrong with data to learn from. Each finding is handed on as it is made; what is held of a sample is a hash, an id and what tells it apart. */
export async function audit(
  request: AuditRequest,
  found: (finding: AuditFinding) => void = () => {},
): Promise<Audit> {
  const { signal, context = CONTEXT } = request;
  const tally = createTally(found);
  const whole = createWhole();
  const measure = request.reader === undefined ? undefined : await createMeasure(request.reader, context);
  await using claims = request.judge === undefined ? undefined : await openClaims(request.judge);
  const unreadable = createCounter();
  let read = 0;
  for await (const one of samplesOf(request.from)) {
    signal?.throwIfAborted();
    read++;
    if (one.kind === "refused") {
      unreadable.add(one.reason);
      const nobody = { id: one.place, place: one.place, repository: undefined, template: undefined };
      tally.found("unreadable", nobody, `${one.reason}: ${one.detail}`);
      continue;
    }
    const { sample } = one;
    const subject = subjectOf(sample);
    tally.meet(subject);
    const walk = walkOf(sample);
    const options = { context, ...defined({ tokens: measure?.add(sample, subject, tally) }) };
    checkAlone(walk, options, subject, tally);
    const known = await benchmarkCode(sample);
    if (known !== undefined) tally.found("benchmark-code", subject, known);
    const twin = whole.add(walk);
    if (twin !== undefined) tally.found("repeated-sample", subject, `as ${twin}`);
    await claims?.add(sample, subject);
  }
  const judged = await claims?.judge(
    (subject, evidence) => tally.found("claim-differs", subject, evidence),
    signal,
  );
  return {
    read,
    unreadable: unreadable.counts(),
    whole: whole.counts(),
    ...defined({ tokens: measure?.figures(), claims: judged }),
    ...tally.result(),
  };
}

function checkAlone(
  walk: ReturnType<typeof walkOf>,
  options: AuditOptions,
  subject: Subject,
  tally: Tally,
): void {
  for (const { name, find } of AUDIT_CHECKS) {
    const evidence = find(walk, options);
    if (evidence !== undefined) tally.found(name, subject, evidence);
  }
  const { repaired } = walk.sample;
  if (repaired.length > 0) tally.found("repaired", subject, repaired.join(", "));
}

/** Neither the index nor a parser is loaded for data without diffs. */
async function benchmarkCode({ patch }: Sample): Promise<string | undefined> {
  if (patch === null || patch.trim() === "") return undefined;
  return benchmarkCodeIn(patch, await loadFunctionIndex(), await loadSyntaxes());
}

/** @throws InputError where the model's files cannot be read */
async function createMeasure(files: ReaderFiles, context: number) {
  const reader = await loadModelReader(files);
  const figures = createAuditedTokens(reader, context);
  return {
    figures: () => figures.figures(),
    add(sample: Sample, subject: Subject, tally: Tally): TokenCounts | undefined {
      const measured = measureSample(sample, reader, context);
      figures.add(measured);
      if (measured.kind === "measured") return measured.counts;
      tally.found("not-measured", subject, `${measured.reason}: ${measured.detail}`);
      return undefined;
    },
  };
}

type Read =
  | { readonly kind: "sample"; readonly sample: Sample }
  | { readonly kind: "refused"; readonly place: string; readonly reason: string; readonly detail: string };

/** Runs and sets, then all files together, so that two of one name are told apart. */
async function* samplesOf(places: readonly string[]): AsyncGenerator<Read> {
  const files: string[] = [];
  for (const place of places) {
    if (existsSync(path.join(place, RUN)) || (await isTrainingSet(place))) yield* samplesIn(place);
    else files.push(place);
  }
  for (const { path: file, name } of await filesToImport(files)) yield* importFile(file, { name });
}

async function* samplesIn(folder: string): AsyncGenerator<Read> {
  const { samples } = await openSamples(folder);
  for await (const { head, read } of samples()) {
    const one = await read();
    if (one.kind === "sample") yield one;
    else yield { ...one, place: head.id, detail: "its record is gone, or is of another attempt" };
  }
}
