import type { Attempt } from "../attempt.ts";
import type { DatasetManifest, Rejection } from "../dataset.ts";
import type { Instance, Secret } from "../instance.ts";
import type { RunManifest } from "../run.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

type Sequence<T> = Iterable<T> | AsyncIterable<T>;

/** What a report is made from: a dataset, a run, or both. Each sequence is read once, in the order of the report. */
export interface ReportData {
  readonly title: string;
  readonly toolVersion: string;
  readonly dataset?: ReportDataset;
  readonly run?: ReportRun;
  readonly attempts: Sequence<ReportAttempt>;
}

export interface ReportDataset {
  readonly manifest: DatasetManifest;
  /** With secrets the page contains ground truth, and says so. */
  readonly instances: Sequence<{ readonly instance: Instance; readonly secret?: Secret }>;
  /** All of them, or some; how many there are is taken from the manifest. */
  readonly rejections: Sequence<Rejection>;
}

export interface ReportRun {
  readonly manifest: RunManifest;
  /** By target: `targets = solved + unsolved + Σ no_verdict + running + owed`. */
  readonly counts: ReportCounts;
}

export interface ReportCounts {
  readonly targets: number;
  readonly solved: number;
  readonly unsolved: number;
  readonly no_verdict: Readonly<Record<string, number>>;
  readonly running: number;
  readonly owed: number;
}

/** The last finished attempt of a target. */
export interface ReportAttempt {
  readonly attempt: Attempt;
  readonly events: readonly TrajectoryEvent[];
  /** The diff of the agent as text. */
  readonly patch: string;
}

export interface ReportOptions {
  /** Characters of one text (a tool result, a diff…) that are kept; the page says where more was left out. */
  readonly textLimit?: number;
  /** Characters of all attempts together, shared among them evenly. */
  readonly totalLimit?: number;
  /** How many attempts will come, to share evenly; taken from the counts of the run otherwise. */
  readonly expectedAttempts?: number;
  readonly rejectionLimit?: number;
}
