import { z } from "zod";

/** The environment variable that carries a `Plan` to the process that is to fail. */
export const PLAN_VARIABLE = "CHAOS_PLAN";

/**
 * What happens at a fault point: the process is killed before the call, after it or with half of the bytes written, or the call
 * fails as it does on a full or a broken disk.
 */
export const DISTURBANCES = ["before", "half", "after", "ENOSPC", "EIO"] as const;
export type Disturbance = (typeof DISTURBANCES)[number];

export const planSchema = z.strictObject({
  /** A file that takes `Note`s. */
  notes: z.string(),
  /** The run's folder: files in it are named in fault points. */
  run: z.string(),
  /** Absent where calls are only counted. */
  fault: z
    .strictObject({
      point: z.string(),
      /** From 1. */
      hit: z.int().positive(),
      disturbance: z.enum(DISTURBANCES),
    })
    .optional(),
});
export type Plan = z.infer<typeof planSchema>;
export type PlannedFault = NonNullable<Plan["fault"]>;

/** What a disturbed process says of itself, line by line, as it happens. */
export const noteSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("disturbed"), point: z.string() }),
  /** Bytes (in base64) that were appended to a file of the run and that the disk has acknowledged. */
  z.strictObject({ type: z.literal("acknowledged"), file: z.string(), bytes: z.string() }),
  /** At the end of a process that was not killed: how often each point was passed. */
  z.strictObject({ type: z.literal("passed"), points: z.record(z.string(), z.int().positive()) }),
]);
export type Note = z.infer<typeof noteSchema>;
