import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { parseOptionsOf } from "../checks/parse-options.ts";
import { TEMPLATE_IDS } from "./templates.ts";

const optionsSchema = z.strictObject({
  /** Leaves the name out of the instruction. */
  masked: z.boolean().default(true),
  /** What the description tells besides the purpose: nothing more, parameters, or parameters, calls and raises too. */
  details: z.enum(["none", "parameters", "full"]).default("none"),
  /** Definitions to find in one instance. */
  targets: z.int().min(1).max(3).default(1),
  /** Where the further targets of one instance lie. */
  spread: z.enum(["any", "same-file", "different-files"]).default("any"),
  /** Kinds of definition that may be targets. */
  kinds: z
    .array(z.enum(["function", "method", "class"]))
    .min(1)
    .default(["function", "method", "class"]),
  /** Pins the instruction's template; null chooses one per instance. */
  template: z.enum(TEMPLATE_IDS).nullable().default(null),
  /** Draws from the wordings that training instances never have. */
  held_out_templates: z.boolean().default(false),
  /** Logical lines in the body (of a class: in its methods), the docstring not counted. */
  min_statements: z.int().nonnegative().default(3),
  /** Days by which a docstring may be older than the code that it describes, by the history; null takes any. */
  max_docstring_days_behind: z.int().nonnegative().nullable().default(null),
  /** Words of prose in the docstring. */
  min_docstring_words: z.int().positive().default(6),
  /** Distinct telling terms that the offline description needs. */
  min_terms: z.int().positive().default(3),
  /** Lets an offline description that does not single the target out add words that its identifiers are made of. */
  code_words: z.boolean().default(true),
  /** Rank that retrieval may give the target at most; null takes any. */
  max_retrieval_rank: z.int().positive().nullable().default(50),
  /** By how much (0 to 1) the described definition must outscore every other one when its docstring is known. */
  ambiguity_margin: z.number().min(0).max(1).default(0.1),
  /** The share of the description's 5-word runs that the docstring may have. */
  max_shared_runs: z.number().min(0).max(1).default(0.1),
  /** The longest run of words that description and docstring may share. */
  max_common_run: z.int().positive().default(5),
  /** Estimated similarity of renamed bodies from which two definitions are twins (0.7 to 1). */
  twin_similarity: z.number().min(0.7).max(1).default(0.85),
  /** The share of the docstring that may stand elsewhere in the repository. */
  leak_containment: z.number().min(0).max(1).default(0.5),
  /** Lookups that a plain lexical solver must need at least; for masked instances. */
  min_lookups: z.int().nonnegative().default(3),
  /** Definitions that retrieval must rank near the target; for masked instances. */
  min_distractors: z.int().nonnegative().default(1),
  /** `permissive` leaves out files under copyleft and unknown licences. */
  licences: z.enum(["any", "permissive"]).default("any"),
});
export type Options = z.infer<typeof optionsSchema>;

/** @throws InputError that lists the known options, or says what an option takes. */
export function parseOptions(options: Record<string, Json>): Options {
  return parseOptionsOf("func-localize", optionsSchema, options);
}
