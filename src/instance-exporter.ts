import type { Json } from "./base/json.ts";
import type { Validation } from "./dataset.ts";
import type { InstancePair } from "./instance.ts";
import type { Syntax } from "./syntax.ts";
import type { Grader } from "./task.ts";
import type { Tree } from "./tree.ts";

/**
 * Writes instances, ground truth included, in a form that somebody else's program reads. One folder or file in
 * `instance-exporters/` per format; what a format cannot hold is refused with a reason, and counted.
 */
export interface InstanceExporter {
  /** As `--format` takes it. */
  readonly format: string;
  /** Raised when the same instance may give other bytes. */
  readonly version: number;
  /** All options with their defaults filled in. @throws InputError for an unknown or wrong one. */
  parseOptions(options: Readonly<Record<string, Json>>): Record<string, Json>;
  /** Begins an export. The folder's manifest says already that it is not complete. */
  open(context: InstanceExportContext): Promise<InstanceWriter>;
}

export interface InstanceExportContext {
  /** Exists and is ours to fill; it may hold an earlier export, which `finish` replaces. */
  readonly folder: string;
  /** As `parseOptions` gave them. */
  readonly options: Readonly<Record<string, Json>>;
  /** SHA-256 of the dataset's manifest. */
  readonly datasetSha256: string;
  readonly syntaxOf: (path: string) => Syntax | undefined;
  readonly graderOf: (task: string) => Grader;
}

/** An instance with all that may be wanted of it; trees are opened when asked for. */
export interface ExportedInstance {
  readonly pair: InstancePair;
  /** What the agent starts from. */
  start(): Promise<Tree>;
  /** The repository before anything was taken out of it. */
  source(): Promise<Tree>;
  /** The last validation; undefined when there was none. */
  readonly validation?: Validation;
}

export interface InstanceWriter {
  write(instance: ExportedInstance): Promise<WrittenInstance>;
  /** Puts everything in its place, on disk, and names what the manifest is to list. */
  finish(): Promise<Readonly<Record<string, WrittenFile>>>;
  /** Removes what was written, unless `finish` was reached. */
  discard(): Promise<void>;
}

export type WrittenInstance =
  | { readonly kind: "written" }
  | {
      readonly kind: "refused";
      /** Kebab-case, documented in docs/commands/export.md. */
      readonly reason: string;
    };

export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}
