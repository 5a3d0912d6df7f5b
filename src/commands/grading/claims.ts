import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import type { ClaimCounts } from "../../audits/claims.ts";
import type { Subject } from "../../audits/tally.ts";
import { createCounter } from "../../base/counter.ts";
import { openDataset, type Dataset } from "../../datasets/open.ts";
import { bytesOfPatch } from "../../predictions/read.ts";
import type { Sample, SampleGrade } from "../../sample.ts";
import { loadGraders } from "../families.ts";
import { type JudgingOptions, judgingSandboxes, type JudgingSandboxes } from "../judging-sandboxes.ts";
import { gradeInstances } from "./instances.ts";
import type { Grade, Patch } from "./item.ts";

/** Judges diffs of samples again that say of which instance of a dataset they are. */
export interface Claims extends AsyncDisposable {
  /** Takes a sample's diff, which waits on disk, or counts why it has none to judge. */
  add(sample: Sample, subject: Subject): Promise<void>;
  /** Judges all that was taken, in the dataset's order. */
  judge(differs: (subject: Subject, evidence: string) => void, signal?: AbortSignal): Promise<ClaimCounts>;
}

export interface ClaimsRequest extends JudgingOptions {
  readonly dataset: string;
}

interface Claimed {
  readonly subject: Subject;
  /** Undefined where nobody says. */
  readonly solved: boolean | undefined;
}

/** @throws InputError where the folder is no dataset */
export async function openClaims({ dataset: folder, ...options }: ClaimsRequest): Promise<Claims> {
  const dataset = await openDataset(folder);
  const instances = new Set(await Array.fromAsync(dataset.ids()));
  const judging = await judgingSandboxes({ ...options, neverUnsafe: true });
  const waiting = await open(path.join(judging.scratch, "diffs"), "w+");
  const patches = new Map<string, Patch[]>();
  const claims: Claimed[] = [];
  const notJudged = createCounter();
  let end = 0;
  return {
    async add({ instance, patch, grade }, subject) {
      const problem = problemOf(instance, patch, instances);
      if (problem !== undefined || instance === null || patch === null)
        return notJudged.add(problem ?? "no-patch");
      const bytes = bytesOfPatch(patch);
      const at = { position: end, length: bytes.byteLength };
      await waiting.write(bytes, 0, at.length, at.position);
      end += at.length;
      const one = { attempt: String(claims.length), read: () => readAt(waiting, at) };
      patches.set(instance, [...(patches.get(instance) ?? []), one]);
      claims.push({ subject, solved: claimOf(grade) });
    },
    async judge(differs, signal) {
      const compare = createComparison(notJudged);
      for await (const grade of gradesOf(dataset, patches, judging)) {
        signal?.throwIfAborted();
        const claimed = claims[Number(grade.attempt_id)];
        if (claimed === undefined) continue;
        const evidence = compare.add(claimed.solved, grade);
        if (evidence !== undefined) differs(claimed.subject, evidence);
      }
      return compare.counts();
    },
    async [Symbol.asyncDispose]() {
      await waiting.close();
      await judging[Symbol.asyncDispose]();
    },
  };
}

async function* gradesOf(
  dataset: Dataset,
  patches: Map<string, Patch[]>,
  judging: JudgingSandboxes,
): AsyncGenerator<Grade> {
  if (patches.size === 0) return;
  yield* gradeInstances(dataset, patches, await loadGraders(), judging);
}

function problemOf(
  instance: string | null,
  patch: string | null,
  instances: ReadonlySet<string>,
): string | undefined {
  if (instance === null) return "no-instance";
  if (!instances.has(instance)) return "not-in-dataset";
  return patch === null ? "no-patch" : undefined;
}

async function readAt(file: FileHandle, { position, length }: { position: number; length: number }) {
  const bytes = new Uint8Array(length);
  await file.read(bytes, 0, length, position);
  return bytes;
}

function claimOf(grade: SampleGrade): boolean | undefined {
  if (grade.kind === "graded") return grade.outcome === "solved";
  return grade.kind === "claimed" ? grade.resolved : undefined;
}

/** @param notJudged why samples have no verdict; the causes of verdicts that could not be found are added */
function createComparison(notJudged: ReturnType<typeof createCounter>) {
  const counts = { judged: 0, agreed: 0, claimed_solved_but_not: 0, claimed_unsolved_but_solved: 0 };
  const unclaimed = { solved: 0, unsolved: 0 };
  return {
    add(claimed: boolean | undefined, { outcome, cause, reasons }: Grade): string | undefined {
      if (outcome === "no-verdict") {
        notJudged.add(cause ?? outcome);
        return undefined;
      }
      counts.judged++;
      const solved = outcome === "solved";
      if (claimed === undefined) unclaimed[outcome]++;
      else if (claimed === solved) counts.agreed++;
      else if (claimed) {
        counts.claimed_solved_but_not++;
        return `said to be solved, and is not: ${reasons.join(", ")}`;
      } else {
        counts.claimed_unsolved_but_solved++;
        return "said not to be solved, and is";
      }
      return undefined;
    },
    counts: (): ClaimCounts => ({ ...counts, unclaimed, not_judged: notJudged.counts() }),
  };
}
