import type { Attempt } from "../attempt.ts";
import { StoreError } from "../base/errors.ts";
import type { Instance } from "../instance.ts";
import { SAMPLE_FORMAT } from "../sample.ts";
import type { ReadSample, SampleGrade, SampleHead, SampleSource } from "../sample.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import type { Verdict } from "../verdict.ts";

/** A finished attempt, as a run has it. */
export interface AttemptRecord {
  readonly attempt: Attempt;
  readonly instance: Instance;
  readEvents(): AsyncIterable<TrajectoryEvent>;
  readPatch(): Promise<Uint8Array>;
}

/** Why a verdict that contradicts itself counts as none. */
export const INCONSISTENT = "inconsistent-verdict";

/** Attempts as samples, in the order of their ids, so that the same attempts give the same set. `run` is the run's name. */
export async function* samplesOfAttempts(
  attempts: AsyncIterable<AttemptRecord> | Iterable<AttemptRecord>,
  run: string,
): AsyncGenerator<SampleSource> {
  const records: AttemptRecord[] = [];
  // Of instances, the public half alone: the hidden ones of a whole dataset would not fit in memory.
  for await (const { attempt, instance, readEvents, readPatch } of attempts)
    records.push({ attempt, instance, readEvents, readPatch });
  records.sort((a, b) => (a.attempt.id < b.attempt.id ? -1 : a.attempt.id > b.attempt.id ? 1 : 0));
  for (const record of records) {
    const head = headOf(record, run);
    yield { head, read: () => readSample(record, head) };
  }
}

function headOf({ attempt, instance }: AttemptRecord, run: string): SampleHead {
  return {
    schema_version: SAMPLE_FORMAT,
    id: attempt.id,
    instance: attempt.instance,
    task: instance.task,
    instance_facts: instance.facts,
    repository: { name: instance.repository.name, commit: instance.repository.commit },
    language: instance.language,
    agent: { name: attempt.agent, version: attempt.agent_version },
    model: attempt.model ?? null,
    grade: gradeOf(attempt.verdict, attempt.grader_version),
    usage: attempt.usage,
    dollars: attempt.dollars ?? null,
    seconds: attempt.seconds,
    origin: { format: "run", name: run },
    lost: [],
    repaired: [],
  };
}

/** A label is taken from the verdict alone, and only from one that agrees with itself. */
function gradeOf(verdict: Verdict, grader_version: number): SampleGrade {
  const { outcome, resolved, reward, reasons, cause } = verdict;
  if (outcome === "no-verdict") return { kind: "no-verdict", cause: cause ?? "unknown" };
  if (resolved === null || reward === null) return { kind: "ungraded" };
  if (resolved !== (outcome === "solved")) return { kind: "no-verdict", cause: INCONSISTENT };
  return { kind: "graded", outcome, reward, reasons, grader_version };
}

async function readSample(record: AttemptRecord, head: SampleHead): Promise<ReadSample> {
  try {
    const events = await Array.fromAsync(record.readEvents());
    if (isOfAnother(record, events)) return { kind: "refused", reason: "record-mismatch" };
    const patch = textOf(await record.readPatch());
    const lost = patch === null ? ["patch.diff"] : [];
    return { kind: "sample", sample: { ...head, lost, patch, events } };
  } catch (error) {
    // Someone deleted the record.
    if (error instanceof StoreError && error.code === "attempt-missing")
      return { kind: "refused", reason: error.code };
    throw error;
  }
}

/** A record in the wrong place would give one attempt the verdict of another. */
function isOfAnother({ attempt, instance }: AttemptRecord, events: readonly TrajectoryEvent[]): boolean {
  if (attempt.instance !== instance.id) return true;
  const start = events.find((event) => event.type === "start");
  return start !== undefined && (start.attempt !== attempt.id || start.instance !== attempt.instance);
}

/** Null where it is no UTF-8: half of a diff's bytes would be another diff. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
