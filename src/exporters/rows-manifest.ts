import { z } from "zod";
import { subjectsSchema } from "./contents.ts";

/** `manifest.json` beside the instances of a dataset as published rows. */
export const rowsManifestSchema = z.strictObject({
  schema_version: z.literal(1),
  kind: z.literal("export"),
  tool_version: z.string(),
  format: z.literal("rows"),
  /** Whether the build took what benchmarks are made of; absent in exports of earlier versions. */
  source: z.strictObject({ dataset_sha256: z.string(), contaminated: z.boolean().optional() }),
  counts: z.strictObject({ considered: z.int(), written: z.int() }),
  /** What the rows are about; absent in exports of earlier versions. */
  contents: subjectsSchema.optional(),
  files: z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() })),
});
export type RowsManifest = z.infer<typeof rowsManifestSchema>;
