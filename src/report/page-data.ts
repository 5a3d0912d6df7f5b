import type { Json } from "../base/json.ts";
import type { ReportCounts } from "./data.ts";

/**
 * What is embedded in the page: one index, which is read when the page opens, and a block for each attempt
 * and instance, which is read when its detail is opened. Only types: shared by Node and the browser.
 */
export type PageText = string | { readonly head: string; readonly omitted: number; readonly tail: string };

export interface PageIndex {
  readonly title: string;
  readonly toolVersion: string;
  readonly groundTruth: boolean;
  readonly dataset?: PageDataset;
  readonly run?: PageRun;
  readonly counts: ReportCounts;
  readonly attempts: readonly PageAttemptRow[];
  readonly instances: readonly PageInstanceRow[];
  readonly rejections: readonly PageRejection[];
}

export interface PageDataset {
  readonly task: string;
  readonly seed: string;
  readonly toolVersion: string;
  /** By family, where there are several. */
  readonly graderVersions: Json;
  /** By family too then. */
  readonly options: Readonly<Record<string, Json>>;
  readonly eligible: number;
  readonly examined: number;
  readonly built: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, string>>;
  readonly repositories: readonly {
    readonly name: string;
    readonly url?: string;
    readonly commit: string;
    readonly files: number;
    readonly eligible: number;
    readonly examined: number;
    readonly built: number;
  }[];
  /** What the choice of candidates favours; empty for families that do not note it. */
  readonly selection: readonly PageFeature[];
}

/** One feature of candidates: its mean over those that became instances and over those that were rejected. Yes counts as 1. */
export interface PageFeature {
  readonly name: string;
  readonly kept: { readonly count: number; readonly mean: number };
  readonly dropped: { readonly count: number; readonly mean: number };
}

export interface PageRun {
  readonly toolVersion: string;
  readonly dataset: string;
  readonly datasetHash: string;
  readonly configHash: string;
  readonly agent: string;
  readonly model?: string;
  readonly isolation: string;
  readonly config: Readonly<Record<string, Json>>;
  readonly environment: Readonly<Record<string, Json>>;
}

export interface PageAttemptRow {
  readonly id: string;
  readonly instance: string;
  readonly outcome: "solved" | "unsolved" | "no-verdict";
  readonly reasons: readonly string[];
  readonly cause?: string;
  readonly end: string;
  readonly steps: number;
  /** Input and output tokens of all turns; absent where the service said nothing. */
  readonly tokens?: number;
  readonly seconds: number;
}

export interface PageAttempt {
  readonly facts: Readonly<Record<string, Json>>;
  readonly reward: number | null;
  readonly startedAt: string;
  readonly isolation: string;
  readonly agent: string;
  readonly model?: string;
  readonly events: readonly PageEvent[];
  readonly patch: PageText;
}

export type PageEvent =
  | { readonly type: "input"; readonly role: string; readonly text: PageText }
  | {
      readonly type: "turn";
      /** Seconds since the first event. */
      readonly after: number;
      readonly text: PageText;
      readonly reasoning?: PageText;
      readonly calls: readonly PageCall[];
      readonly inputTokens?: number;
      readonly outputTokens?: number;
    }
  | {
      readonly type: "result";
      readonly call: string;
      readonly tool: string;
      readonly text: PageText;
      readonly isError: boolean;
      readonly truncated?: number;
    }
  | { readonly type: "end"; readonly after: number; readonly reason: string; readonly detail?: PageText };

export interface PageCall {
  readonly id: string;
  readonly tool: string;
  readonly malformed: boolean;
  readonly arguments: Readonly<Record<string, PageText>>;
}

export interface PageInstanceRow {
  readonly id: string;
  readonly task: string;
  readonly repository: string;
  /** `path:line name` of the first target, where known. */
  readonly target?: string;
}

export interface PageInstance {
  readonly repository: { readonly name: string; readonly url?: string; readonly commit: string };
  readonly instruction: PageText;
  readonly variant: Readonly<Record<string, Json>>;
  readonly facts: Readonly<Record<string, Json>>;
  readonly targets: readonly PageTarget[];
  /** Where the answer has another form than targets. */
  readonly answer?: PageText;
  readonly secretFacts?: Readonly<Record<string, Json>>;
}

export interface PageTarget {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly name: string;
  readonly docstring?: PageText;
}

export interface PageRejection {
  readonly repository: string;
  readonly reason: string;
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly detail?: PageText;
  readonly facts?: Readonly<Record<string, Json>>;
}
