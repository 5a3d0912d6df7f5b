import { z } from "zod";
import { jsonSchema } from "../base/json.ts";
import type { RowSize } from "../exporter.ts";
import type { TokenCounts } from "../mask.ts";
import { setCountsSchema, setOperationSchema } from "../training-set.ts";
import { verdictSchema } from "../verdict.ts";
import { contentsSchema } from "./contents.ts";

export const EXPORT_FORMAT = 1;

const distributionSchema = z.strictObject({
  min: z.number(),
  median: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
  mean: z.number(),
});
type Distribution = z.infer<typeof distributionSchema>;

const outcomeSchema = verdictSchema.shape.outcome;

const runSourceSchema = z.strictObject({
  /** Of the run's configuration. */
  config_sha256: z.string(),
  /** Of the dataset's manifest. */
  dataset_sha256: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  /** The build of the dataset took what benchmarks are made of; absent for false. */
  contaminated: z.literal(true).optional(),
});

const setSourceSchema = z.strictObject({
  /** Id of the training set. */
  training_set: z.string(),
  /** Of its folder. */
  name: z.string(),
  /** How the set itself was made; absent in exports of earlier versions. */
  operation: z.strictObject({ name: z.string(), rules: setOperationSchema.shape.rules }).optional(),
  counts: setCountsSchema.pick({ considered: true, written: true, refused: true }).optional(),
});

/** `manifest.json` of an export: where the rows come from, what was left out and why. */
export const exportManifestSchema = z.strictObject({
  schema_version: z.literal(EXPORT_FORMAT),
  kind: z.literal("export"),
  tool_version: z.string(),
  format: z.string(),
  format_version: z.int(),
  options: z.record(z.string(), jsonSchema),
  source: z.union([runSourceSchema, setSourceSchema]),
  filters: z.strictObject({
    outcomes: z.array(outcomeSchema),
    /** What sources say of themselves was taken for a verdict; absent for false. */
    accept_claims: z.literal(true).optional(),
  }),
  /** False while the rows are being written, and after an interruption. */
  complete: z.boolean(),
  /** `considered = written + Σ refused`. */
  counts: z.strictObject({
    considered: z.int(),
    written: z.int(),
    refused: z.record(z.string(), z.int()),
    instances: z.int(),
  }),
  /** Of rows that were measured with a tokenizer. */
  tokens: z
    .strictObject({
      tokenizer_sha256: z.string(),
      template_sha256: z.string(),
      /** How the model's turns were found in the template's text. */
      marking: z.enum(["generation", "prefix"]),
      context: z.int().nullable(),
      over_long: z.enum(["refuse", "keep"]),
      total: z.int(),
      trained: z.int(),
      /** Of turns that the rows leave out by their weight. */
      left_out: z.int(),
      /** Of those trained, the ones within the context. */
      trained_in_context: z.int(),
    })
    .optional(),
  /** What the rows are about and who made them; absent in exports of earlier versions. */
  contents: contentsSchema.optional(),
  files: z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() })),
  /** Null without rows. Characters are UTF-16 units of content, reasoning and arguments. */
  lengths: z
    .strictObject({
      messages: distributionSchema,
      characters: distributionSchema,
      tokens: distributionSchema.optional(),
      trained_tokens: distributionSchema.optional(),
    })
    .nullable(),
});
export type ExportManifest = z.infer<typeof exportManifestSchema>;

export function describeSizes(
  sizes: readonly RowSize[],
  tokens: readonly TokenCounts[],
): ExportManifest["lengths"] {
  if (sizes.length === 0) return null;
  return {
    messages: distribute(sizes.map((size) => size.messages)),
    characters: distribute(sizes.map((size) => size.characters)),
    ...(tokens.length === 0
      ? {}
      : {
          tokens: distribute(tokens.map((counts) => counts.tokens)),
          trained_tokens: distribute(tokens.map((counts) => counts.trained)),
        }),
  };
}

/** Quantiles by nearest rank: each is a length that occurs. */
function distribute(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return {
    min: quantile(0),
    median: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    max: quantile(1),
    mean: Math.round((total / sorted.length) * 10) / 10,
  };
}
