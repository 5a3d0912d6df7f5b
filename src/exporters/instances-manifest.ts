import { z } from "zod";
import { jsonSchema } from "../base/json.ts";
import { subjectsSchema } from "./contents.ts";

/** `manifest.json` beside the instances of a dataset that were written for other programs. */
export const instancesManifestSchema = z.strictObject({
  schema_version: z.literal(1),
  kind: z.literal("export"),
  tool_version: z.string(),
  format: z.string(),
  format_version: z.int(),
  options: z.record(z.string(), jsonSchema),
  /** Whether the build took what benchmarks are made of. */
  source: z.strictObject({ dataset_sha256: z.string(), contaminated: z.boolean().optional() }),
  /** False while instances are being written, and after an interruption. */
  complete: z.boolean(),
  /** `considered = written + Σ refused`. */
  counts: z.strictObject({
    considered: z.int(),
    written: z.int(),
    refused: z.record(z.string(), z.int()),
  }),
  /** What those written are about. */
  contents: subjectsSchema.optional(),
  files: z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() })),
});
export type InstancesManifest = z.infer<typeof instancesManifestSchema>;

/** As published rows: one file that holds all of them. */
export const rowsManifestSchema = instancesManifestSchema.extend({ format: z.literal("rows") });
