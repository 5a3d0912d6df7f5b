import { existsSync } from "node:fs";
import path from "node:path";
import type { AuditOptions, Severity } from "../audit.ts";
import { createCounter } from "../base/counter.ts";
import { AUDIT_CHECKS } from "../audits/index.ts";
import { createWhole, type WholeCounts } from "../audits/whole.ts";
import { walkOf } from "../facts/walk.ts";
import { importFile } from "../importers/import-file.ts";
import type { Sample } from "../sample.ts";
import { openSamples } from "../samples/open.ts";
import { RUN } from "../stores/local/layout.ts";
import { isTrainingSet } from "../training-sets/open.ts";
import { filesToImport } from "./import-files.ts";

export interface AuditRequest {
  /** Runs, training sets, files that others recorded, and folders of such files. */
  readonly from: readonly string[];
  /** Tokens that the student's context holds; 32,768 when left out. */
  readonly context?: number;
  readonly signal?: AbortSignal;
}

/** Something that was found in a sample, or a row that could not be read (`severity: "error"`, `check: "unreadable"`). */
export interface AuditFinding {
  readonly check: string;
  readonly severity: Severity;
  /** Of the sample; where the row stands, where there is none. */
  readonly id: string;
  readonly evidence: string;
}

export interface Audit {
  /** What was read: samples and rows that could not be. */
  readonly read: number;
  readonly unreadable: Readonly<Record<string, number>>;
  readonly whole: WholeCounts;
  /** Of each check that found anything, errors first; `samples` of `read`. */
  readonly checks: readonly AuditedCheck[];
}

export interface AuditedCheck {
  readonly check: string;
  readonly severity: Severity;
  readonly meaning: string;
  readonly samples: number;
  /** The first few. */
  readonly examples: readonly AuditFinding[];
}

const CONTEXT = 32_768;
const EXAMPLES = 3;
const UNREADABLE = "unreadable";
const REPEATED = "repeated-sample";

/** Meanings of what is not a check of one sample. */
const FURTHER: Readonly<Record<string, { severity: Severity; meaning: string }>> = {
  [UNREADABLE]: {
    severity: "error",
    meaning: "a row that cannot be read as an attempt: whoever loads it otherwise trains on something else",
  },
  [REPEATED]: { severity: "warning", meaning: "the same conversation as an earlier sample, word for word" },
  repaired: { severity: "note", meaning: "something broken was mended when it was read, by the named rule" },
};

/** Says what is wrong with data to learn from. Each finding is handed on as it is made; nothing but counts is held. */
export async function audit(
  request: AuditRequest,
  found: (finding: AuditFinding) => void = () => {},
): Promise<Audit> {
  const options: AuditOptions = { context: request.context ?? CONTEXT };
  const tally = createTally(found);
  const whole = createWhole();
  const unreadable = createCounter();
  let read = 0;
  for await (const one of samplesOf(request.from)) {
    request.signal?.throwIfAborted();
    read++;
    if (one.kind === "refused") {
      unreadable.add(one.reason);
      tally.add(UNREADABLE, one.place, `${one.reason}: ${one.detail}`);
      continue;
    }
    const { id, repaired } = one.sample;
    const walk = walkOf(one.sample);
    for (const { name, find } of AUDIT_CHECKS) {
      const evidence = find(walk, options);
      if (evidence !== undefined) tally.add(name, id, evidence);
    }
    if (repaired.length > 0) tally.add("repaired", id, repaired.join(", "));
    const twin = whole.add(walk);
    if (twin !== undefined) tally.add(REPEATED, id, `as ${twin}`);
  }
  return { read, unreadable: unreadable.counts(), whole: whole.counts(), checks: tally.checks() };
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

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

function createTally(found: (finding: AuditFinding) => void) {
  const known = new Map<string, { severity: Severity; meaning: string }>([
    ...AUDIT_CHECKS.map(({ name, severity, meaning }) => [name, { severity, meaning }] as const),
    ...Object.entries(FURTHER),
  ]);
  const examples = new Map<string, AuditFinding[]>();
  const counts = createCounter();
  return {
    add(check: string, id: string, evidence: string) {
      const finding = { check, severity: known.get(check)?.severity ?? "note", id, evidence };
      found(finding);
      counts.add(check);
      const some = examples.get(check) ?? [];
      examples.set(check, some);
      if (some.length < EXAMPLES) some.push(finding);
    },
    checks: (): AuditedCheck[] =>
      Object.entries(counts.counts())
        .map(([check, samples]) => {
          const { severity, meaning } = known.get(check) ?? { severity: "note", meaning: "" };
          return { check, severity, meaning, samples, examples: examples.get(check) ?? [] };
        })
        .sort(
          (a, b) =>
            RANK[a.severity] - RANK[b.severity] || b.samples - a.samples || (a.check < b.check ? -1 : 1),
        ),
  };
}
