import { z } from "zod";
import { parseValue } from "../base/json.ts";
import type { Exporter } from "../exporter.ts";
import { columnsOf } from "./label.ts";
import { toTextForm } from "./text-form.ts";

const optionsSchema = z.strictObject({
  /** `think`: before the answer in `<think>` tags; `drop`: left out. */
  reasoning: z.enum(["think", "drop"]).default("think"),
});

/** Chat messages whose calls are text, as OpenHands has them: `{instance_id, attempt_id, resolved, reward, model, agent, messages}`. */
export const openhandsText: Exporter = {
  format: "openhands",
  version: 1,
  parseOptions: (options) => parseValue(options, optionsSchema, "options of the format openhands"),
  toRow({ sample }, options) {
    const { reasoning } = parseValue(options, optionsSchema, "options of the format openhands");
    const text = toTextForm(sample, reasoning);
    if (text.kind === "refused") return text;
    const messages = text.messages.map(({ role, content }) => ({ role, content }));
    return { kind: "row", row: { ...columnsOf(sample), messages }, size: text.size };
  },
};
