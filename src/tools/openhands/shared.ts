import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { withoutStrictness } from "../define-tool.ts";

/** What stands there in the middle of a text that was cut. */
export const clipped = (): string => "[... Observation truncated due to length ...]";

/** Models that were trained before it came leave it out, and it is of no use here; it is accepted either way. */
export const riskParameter = z
  .enum(["LOW", "MEDIUM", "HIGH"])
  .optional()
  .describe(
    "The LLM's assessment of the safety risk of this action: LOW for reading, MEDIUM for changes and runs inside the sandbox, HIGH for what reaches outside.",
  );

/** The schema as it is there: `security_risk` required, and no word about further properties. */
export function shownAsThere(schema: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  const required = schema["required"];
  const rest = withoutStrictness(schema);
  return { ...rest, required: [...(Array.isArray(required) ? required : []), "security_risk"] };
}
