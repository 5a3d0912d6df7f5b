import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { parseOptionsOf } from "../checks/parse-options.ts";
import { TEMPLATE_IDS } from "./templates.ts";

const optionsSchema = z.strictObject({
  /** Definitions that the function calls, at least and at most. */
  min_dependencies: z.int().min(1).max(20).default(1),
  max_dependencies: z.int().min(1).max(20).default(3),
  /** Keeps the numbers of dependencies in balance, instead of as common as they are. */
  balance: z.boolean().default(true),
  /** Logical lines in the body, the docstring not counted. */
  min_statements: z.int().nonnegative().default(3),
  /** Call sites; a function with more is left out before anything is resolved. */
  max_calls: z.int().positive().default(40),
  /** Definitions that are not called but look like one that is, by name. */
  min_distractors: z.int().nonnegative().default(1),
  /** Dependencies that lie in other files than the function. */
  min_elsewhere: z.int().nonnegative().default(0),
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
  return parseOptionsOf("dep-search", optionsSchema, options);
}
