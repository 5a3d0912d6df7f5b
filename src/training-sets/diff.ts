import { hash } from "node:crypto";
import { createCounter } from "../base/counter.ts";
import type { Sample } from "../sample.ts";
import type { TrainingSet } from "../training-set.ts";
import { gradeName } from "./counts.ts";

export interface SampleChange {
  readonly id: string;
  readonly change: "added" | "removed" | "changed";
  /** Top-level fields with another value, of a changed one. */
  readonly fields?: readonly string[];
}

/** How many, and of what. */
export interface ChangeCounts {
  readonly samples: number;
  readonly tasks: Record<string, number>;
  readonly repositories: Record<string, number>;
  readonly outcomes: Record<string, number>;
}

export interface SetDiff {
  readonly same: number;
  readonly added: ChangeCounts;
  readonly removed: ChangeCounts;
  /** As they are now. */
  readonly changed: ChangeCounts & { readonly fields: Record<string, number> };
  /** Those of the second set in its order, then the removed ones. */
  readonly samples: readonly SampleChange[];
}

/** What a second set has, lacks and has otherwise than a first one, by the ids of samples. Of the first, a few hashes each are in memory. */
export async function diffSets(before: TrainingSet, after: TrainingSet): Promise<SetDiff> {
  const earlier = new Map<string, Outline>();
  for await (const sample of before.samples()) earlier.set(sample.id, outlineOf(sample));
  const [added, removed, changed] = [createChangeCounts(), createChangeCounts(), createChangeCounts()];
  const fieldCounts = createCounter();
  const samples: SampleChange[] = [];
  let same = 0;
  for await (const sample of after.samples()) {
    const now = outlineOf(sample);
    const was = earlier.get(sample.id);
    earlier.delete(sample.id);
    if (was === undefined) {
      added.add(now);
      samples.push({ id: sample.id, change: "added" });
      continue;
    }
    const fields = FIELDS.filter((_, place) => printAt(was, place) !== printAt(now, place));
    if (fields.length === 0) same++;
    else {
      changed.add(now);
      for (const field of fields) fieldCounts.add(field);
      samples.push({ id: sample.id, change: "changed", fields });
    }
  }
  for (const [id, outline] of earlier) {
    removed.add(outline);
    samples.push({ id, change: "removed" });
  }
  return {
    same,
    added: added.counts(),
    removed: removed.counts(),
    changed: { ...changed.counts(), fields: fieldCounts.counts() },
    samples,
  };
}

interface Outline {
  /** Hashes of the fields, one after the other. */
  readonly prints: string;
  readonly task: string;
  readonly repository: string;
  readonly outcome: string;
}

const FIELDS = [
  "instance",
  "task",
  "repository",
  "language",
  "instance_facts",
  "agent",
  "model",
  "grade",
  "patch",
  "usage",
  "dollars",
  "seconds",
  "origin",
  "lost",
  "repaired",
  "events",
  "marks",
  "lineage",
] as const satisfies readonly (keyof Sample)[];

/** Two values of one field of one sample are compared: no more is needed to tell them apart. */
const PRINT = 12;

function outlineOf(sample: Sample): Outline {
  const print = (field: (typeof FIELDS)[number]) =>
    hash("sha256", JSON.stringify(sample[field] ?? null), "base64").slice(0, PRINT);
  return {
    prints: FIELDS.map(print).join(""),
    task: sample.task ?? UNKNOWN,
    repository: sample.repository?.name ?? UNKNOWN,
    outcome: gradeName(sample.grade),
  };
}

const UNKNOWN = "unknown";

function printAt({ prints }: Outline, place: number): string {
  return prints.slice(place * PRINT, (place + 1) * PRINT);
}

function createChangeCounts() {
  const [tasks, repositories, outcomes] = [createCounter(), createCounter(), createCounter()];
  return {
    add({ task, repository, outcome }: Outline) {
      tasks.add(task);
      repositories.add(repository);
      outcomes.add(outcome);
    },
    counts: (): ChangeCounts => ({
      samples: outcomes.total(),
      tasks: tasks.counts(),
      repositories: repositories.counts(),
      outcomes: outcomes.counts(),
    }),
  };
}
