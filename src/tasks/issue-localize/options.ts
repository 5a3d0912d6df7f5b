import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { ISSUE_SOURCES } from "../../issue.ts";
import { parseOptionsOf } from "../checks/parse-options.ts";
import { TEMPLATE_IDS } from "./templates.ts";

const optionsSchema = z.strictObject({
  /** Where texts may come from. */
  texts: z
    .array(z.enum(ISSUE_SOURCES))
    .min(1)
    .default([...ISSUE_SOURCES]),
  /** Pins the instruction's template; null chooses one per instance. */
  template: z.enum(TEMPLATE_IDS).nullable().default(null),
  /** Chooses among the wordings that are kept for evaluation, instead of among the others. */
  held_out_templates: z.boolean().default(false),
  /** Commits of a history that are looked at before it is given up. */
  max_commits: z.int().positive().default(10_000),
  /** Issues, or items of a list, that one commit may speak of. */
  max_issues: z.int().positive().default(1),
  /** Gold files. */
  max_files: z.int().positive().default(3),
  /** Runs of changed lines in gold files. */
  max_hunks: z.int().positive().default(10),
  /** Lines taken out of and put into gold files. */
  max_lines: z.int().positive().default(60),
  /** Innermost definitions around the changed lines. */
  min_definitions: z.int().nonnegative().default(1),
  max_definitions: z.int().positive().default(6),
  /** Words of prose in the text. */
  min_words: z.int().positive().default(8),
  /** Characters of the text. */
  max_characters: z.int().positive().default(20_000),
  /** Gold files, and gold definitions or classes around them, that the text may name; null takes any. */
  max_named_files: z.int().nonnegative().nullable().default(0),
  max_named_definitions: z.int().nonnegative().nullable().default(0),
  /** `kept` does not count what stands in a stack trace as named. */
  stack_traces: z.enum(["counted", "kept"]).default("counted"),
  /** Lines that the fix adds which may stand in the text. */
  max_patch_lines: z.int().nonnegative().default(0),
  /** Names in the text that only the fix brings into the repository. */
  max_new_names: z.int().nonnegative().default(0),
  /** The share of the text's 5-word runs that one document of the repository may have. */
  text_containment: z.number().min(0).max(1).default(0.5),
  /** Estimated similarity from which two texts of a repository are one. */
  duplicate_similarity: z.number().min(0.5).max(1).default(0.8),
  /** Rank that lexical retrieval may give the first gold file at most; null takes any. */
  max_retrieval_rank: z.int().positive().nullable().default(null),
  /** Lookups that a plain lexical solver must need at least. */
  min_lookups: z.int().nonnegative().default(3),
  /** Other files that retrieval must rank near the first gold file. */
  min_distractors: z.int().nonnegative().default(1),
  /** From this many touched files on, less than this share of gold ones is no answer. */
  shotgun_files: z.int().positive().default(8),
  shotgun_gold_share: z.number().min(0).max(1).default(0.2),
  /** `permissive` leaves out files under copyleft and unknown licences. */
  licences: z.enum(["any", "permissive"]).default("any"),
});
export type Options = z.infer<typeof optionsSchema>;

/** @throws InputError that lists the known options, or says what an option takes. */
export function parseOptions(options: Record<string, Json>): Options {
  return parseOptionsOf("issue-localize", optionsSchema, options);
}
