import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { parseOptionsOf } from "../checks/parse-options.ts";
import { TEMPLATE_IDS } from "./templates.ts";

const optionsSchema = z.strictObject({
  /** Kinds of definition that may be targets. */
  kinds: z
    .array(z.enum(["function", "method"]))
    .min(1)
    .default(["function", "method"]),
  /** Logical lines in the body, the docstring not counted. */
  min_statements: z.int().nonnegative().default(3),
  /** Words of the docstring: it is all that says what to write. */
  min_docstring_words: z.int().positive().default(4),
  /** Days by which the docstring may be older than the body, by the history; null takes any. */
  max_docstring_days_behind: z.int().nonnegative().nullable().default(null),
  /** Examples in the docstring that may come out otherwise than it says; null takes any. */
  max_doctest_failures: z.int().nonnegative().nullable().default(0),
  /** Calls that an answer is judged by, at least and at most. */
  min_calls: z.int().min(2).default(5),
  max_calls: z.int().min(2).default(40),
  /** Different outcomes among them. */
  min_outcomes: z.int().min(2).default(2),
  /** Faulty versions of the body that the calls are tried on, at least and at most. */
  min_mutants: z.int().positive().default(5),
  max_mutants: z.int().positive().default(30),
  /** The share of them that the calls must tell from the original. */
  min_killed: z.number().min(0).max(1).default(0.6),
  /** Estimated similarity of renamed bodies from which two definitions are twins (0.7 to 1). */
  twin_similarity: z.number().min(0.7).max(1).default(0.85),
  /** Pins the instruction's template; null chooses one per instance. */
  template: z.enum(TEMPLATE_IDS).nullable().default(null),
  /** Draws from the wordings that training instances never have. */
  held_out_templates: z.boolean().default(false),
  /** `permissive` leaves out files under copyleft and unknown licences. */
  licences: z.enum(["any", "permissive"]).default("any"),
});
export type Options = z.infer<typeof optionsSchema>;

/** @throws InputError that lists the known options, or says what an option takes. */
export function parseOptions(options: Record<string, Json>): Options {
  return parseOptionsOf("func-gen", optionsSchema, options);
}
