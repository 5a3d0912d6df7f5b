import { z } from "zod";
import type { Sample } from "./sample.ts";

/**
 * A question about an attempt that only a reader can answer, put to a model. What it says is an opinion: it stands apart from verdicts, is asked for
 * several times, and is null where the answers cannot be read or do not settle it. Implementations in `judges/`.
 */
export interface Judge {
  /** As named on the command line; snake_case, since it becomes a field. */
  readonly name: string;
  /** Raised whenever the same sample may be asked about in other words. */
  readonly version: number;
  readonly meaning: string;
  /** Whole numbers; the most is best. */
  readonly scale: { readonly least: number; readonly most: number };
  /** All that the model is told. It must not say what was judged or claimed of the attempt. */
  question(sample: Sample): string;
}

/** What a model said of one sample. */
export const judgementSchema = z.strictObject({
  sample: z.string(),
  judge: z.string(),
  judge_version: z.int().positive(),
  model: z.string(),
  /** One for each time that it was asked; null for an answer without a score on the scale. */
  scores: z.array(z.int().nullable()),
  /** The middle one of those that could be read, the lower of two; null where fewer than half could be. */
  score: z.int().nullable(),
});
export type Judgement = z.infer<typeof judgementSchema>;
