import { z } from "zod";
import type { Json } from "../base/json.ts";
import { parseValue } from "../base/json.ts";
import type { ColumnType, Columns, ExportResult, Exporter } from "../exporter.ts";
import { openaiMessages } from "./openai-messages.ts";
import { openhandsText } from "./openhands-text.ts";
import { VERL_DATASET } from "./verl-dataset.ts";

const optionsSchema = z.strictObject({
  /**
   * `native`: as calls, with `tools`; to be read with the class beside the rows. `text`: as OpenHands writes calls in text, which verl's own class
   * reads with any chat template.
   */
  calls: z.enum(["native", "text"]).default("native"),
});

/** Arguments are JSON text: in a column they would get the parameters of all other tools, empty. */
const CALL: ColumnType = {
  struct: {
    id: "string",
    type: "string",
    function: { struct: { name: "string", arguments: "string" } },
  },
};

const TEXT_MESSAGE = { role: "string", content: "string" } as const satisfies Columns;
const MESSAGE = {
  ...TEXT_MESSAGE,
  reasoning_content: "string",
  tool_calls: { list: CALL },
  tool_call_id: "string",
  name: "string",
} as const satisfies Columns;

const LABEL = {
  instance_id: "string",
  attempt_id: "string",
  resolved: "boolean",
  reward: "number",
  model: "string",
  agent: "string",
} as const satisfies Columns;

/**
 * A table for verl's SFT trainer. Its `MultiTurnSFTDataset` (verl 0.9.1, `verl/utils/dataset/multiturn_sft_dataset.py`) reads the columns with pandas and
 * hands `messages` and `tools` to the chat template as they are: lists of objects, no JSON text parsed, fields that a message lacks there as null. A column
 * of objects gives each of them the fields of all the others, so that free-form arguments and parameters of tools would reach the model with
 * what it never wrote or read. They are JSON text here, and the class in `verl_dataset.py` beside the rows makes objects of them again. verl's own class
 * refuses such `tools` at the first row.
 */
export const verl: Exporter = {
  format: "verl",
  version: 1,
  files: { "verl_dataset.py": VERL_DATASET },
  parseOptions: (options) => parseValue(options, optionsSchema, "options of the format verl"),
  columns(options) {
    const { calls } = parseValue(options, optionsSchema, "options of the format verl");
    if (calls === "text") return { ...LABEL, messages: { list: { struct: TEXT_MESSAGE } } };
    return { ...LABEL, messages: { list: { struct: MESSAGE } }, tools: "string" };
  },
  toRow(input, options) {
    const { calls } = parseValue(options, optionsSchema, "options of the format verl");
    const inner = calls === "text" ? openhandsText : openaiMessages;
    const wanted = calls === "text" ? {} : { arguments: "string", tools: "string" };
    return refuseBrokenText(inner.toRow(input, inner.parseOptions(wanted)));
  },
};

/** JSON can name half a surrogate pair, which UTF-8 cannot hold: another character would stand in its place. */
function refuseBrokenText(result: ExportResult): ExportResult {
  if (result.kind === "refused" || isWellFormed(result.row)) return result;
  return { kind: "refused", reason: "not-utf8", detail: "a text holds half of a surrogate pair" };
}

function isWellFormed(value: Json | Readonly<Record<string, Json>>): boolean {
  if (typeof value === "string") return value.isWellFormed();
  return typeof value !== "object" || value === null || Object.values(value).every(isWellFormed);
}
