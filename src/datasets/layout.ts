import path from "node:path";

/** Where things lie in a dataset folder; see `src/dataset.ts`. */
export const MANIFEST = "manifest.json";
export const INSTANCES = "instances.jsonl";
export const SECRETS = "secrets.jsonl";
export const REJECTIONS = "rejections.jsonl";
export const SPLITS = "splits.jsonl";
/** What was asked of a model's service and what that cost; no part of the data either. */
export const SPEND = "spend.jsonl";
/** What each part took; no part of the data, since it differs from machine to machine. */
export const USAGE = "usage.jsonl";
export const VALIDATION = "validation.jsonl";
/** What a validation has found that is not done yet. */
export const VALIDATION_LOG = "validation.partial.jsonl";
/** Which instances models solve without the repository. */
export const MEMORISED = "memorised.jsonl";
/** What asking for that cost. */
export const MEMORISED_SPEND = "memorised.spend.jsonl";
/** Says what the folder was started with, local paths included; not part of the data. */
export const BUILD = "build.json";
export const REPOSITORIES = "repositories";
export const PARTS = "parts";

/** Absolute, since git is started elsewhere. */
export function repositoryFolder(dataset: string, tree: string): string {
  return path.resolve(dataset, REPOSITORIES, `${tree}.git`);
}
