import { parseValue } from "../base/json.ts";
import type { Exporter } from "../exporter.ts";
import { columnsOf } from "./label.ts";
import { textOptionsSchema, toTextForm } from "./text-form.ts";

/** Chat messages whose calls are text, as OpenHands has them: `{instance_id, attempt_id, resolved, reward, model, agent, messages}`. */
export const openhandsText: Exporter = {
  format: "openhands",
  version: 2,
  parseOptions: (options) => parseValue(options, textOptionsSchema, "options of the format openhands"),
  toRow({ sample }, options) {
    const parsed = parseValue(options, textOptionsSchema, "options of the format openhands");
    const text = toTextForm(sample, parsed);
    if (text.kind === "refused") return text;
    const messages = text.messages.map(({ role, content }) => ({ role, content }));
    return { kind: "row", row: { ...columnsOf(sample), messages }, size: text.size };
  },
};
