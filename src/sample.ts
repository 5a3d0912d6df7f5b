import { z } from "zod";
import { jsonSchema } from "./base/json.ts";
import { foreignEventSchema, usageSchema } from "./trajectory.ts";

/**
 * One attempt as data to learn from: of a run of ours, or out of somebody's file. It says where it came from, who judged it, and what of its source
 * it could not keep. Immutable: what changes one makes another, with the first as its parent.
 */
export const SAMPLE_FORMAT = 1;
/** Of one that a transform changed: whoever does not know of marks would train on what they cover, so older readers refuse it. */
export const TRANSFORMED_SAMPLE_FORMAT = 2;

/** Who says that it is solved. What a source says of itself is a claim; only a verdict of ours is a grade. */
const gradeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("graded"),
    outcome: z.enum(["solved", "unsolved"]),
    reward: z.number().min(0).max(1),
    reasons: z.array(z.string()),
    grader_version: z.int(),
  }),
  z.strictObject({
    kind: z.literal("claimed"),
    resolved: z.boolean(),
    /** The field that says so, such as `resolved` or `test_result.report.resolved`. */
    by: z.string(),
  }),
  /** No verdict, for a cause outside the attempt. */
  z.strictObject({ kind: z.literal("no-verdict"), cause: z.string() }),
  z.strictObject({ kind: z.literal("ungraded") }),
]);
export type SampleGrade = z.infer<typeof gradeSchema>;

const originSchema = z.strictObject({
  /** `run`, or the name of the importer. */
  format: z.string(),
  /** Of the run, or of the file below the folder that all files that were read together have in common. */
  name: z.string(),
  /** Row of the file, from 1. */
  row: z.int().positive().optional(),
});

const markSchema = z.strictObject({
  /** Place in `events`; null for a text of the sample itself, such as `/patch`. */
  event: z.int().nonnegative().nullable(),
  /** JSON pointer (RFC 6901) in the event or the sample, such as `/content` or `/tool_calls/0/arguments/command`; absent: the whole event. */
  pointer: z.string().optional(),
  /** First UTF-16 unit of the text, and the first behind the span; both absent: all that the pointer leads to. */
  from: z.int().nonnegative().optional(),
  to: z.int().nonnegative().optional(),
  kind: z.enum([
    /** Text that neither the model nor its environment wrote. */
    "synthetic",
    /** Said as it stands here, and there to be read, not to be learned: it is trained on in another sample. */
    "context",
    /** A turn that was the later part of another: the model had not seen the result that stands before it. */
    "split",
    /** A call in the names of another set of tools. */
    "renamed",
  ]),
  /** The transform's name. */
  by: z.string(),
});
/** Says of one stretch of a sample that it is not what model and environment wrote, or is not to be learned. */
export type Mark = z.infer<typeof markSchema>;

const lineageSchema = z.strictObject({
  /** Of the set or run that it was taken from: the id that the manifest has among `parents`. */
  parent: z.string(),
  /** The sample's id there. */
  sample: z.string(),
  /** Those that changed it, in their order; others left it as it was. */
  transforms: z.array(
    z.strictObject({
      name: z.string(),
      version: z.int().positive(),
      options: z.record(z.string(), jsonSchema),
      /** How often it changed what. */
      changes: z.record(z.string(), z.int().nonnegative()),
    }),
  ),
});
export type LineageStep = z.infer<typeof lineageSchema>;

export const sampleSchema = z.strictObject({
  schema_version: z.union([z.literal(SAMPLE_FORMAT), z.literal(TRANSFORMED_SAMPLE_FORMAT)]),
  /** Unique in its set: the attempt's id, or the source's id for the row. */
  id: z.string().min(1),
  /** As the source calls it; null where it does not say. */
  instance: z.string().nullable(),
  /** The task family, where it is one of ours. */
  task: z.string().nullable(),
  /** What is known of the instance, of runs of ours; absent elsewhere. */
  instance_facts: z.record(z.string(), jsonSchema).optional(),
  repository: z.strictObject({ name: z.string(), commit: z.string().nullable() }).nullable(),
  language: z.string().nullable(),
  agent: z.strictObject({ name: z.string(), version: z.string().nullable() }),
  model: z.string().nullable(),
  grade: gradeSchema,
  /** The diff that it left, as it was written down. */
  patch: z.string().nullable(),
  /** Of all calls of the model, where they were counted. */
  usage: usageSchema,
  dollars: z.number().nonnegative().nullable(),
  seconds: z.number().nonnegative().nullable(),
  origin: originSchema,
  /** Fields of the source for which there is no place here, such as `metadata.llm_config`. */
  lost: z.array(z.string()),
  /** Names of the rules by which something broken was mended. */
  repaired: z.array(z.string()),
  events: z.array(foreignEventSchema),
  /** In the order of events; none when absent. `samples/marks.ts` reads them. */
  marks: z.array(markSchema).optional(),
  /** What was done to it since it was made, the earliest first; absent when nothing was. */
  lineage: z.array(lineageSchema).optional(),
});
export type Sample = z.infer<typeof sampleSchema>;

/** All of a sample but what may be large. */
export type SampleHead = Omit<Sample, "events" | "patch" | "marks">;

/** A sample whose large parts are read when asked for, so that choosing among a million costs no more than their heads. */
export interface SampleSource {
  readonly head: SampleHead;
  /** Refused where its record is gone or is of another attempt. */
  read(): Promise<ReadSample>;
}

export type ReadSample =
  | { readonly kind: "sample"; readonly sample: Sample }
  /** `reason` is kebab-case, and counted by whoever reads. */
  | { readonly kind: "refused"; readonly reason: string };
