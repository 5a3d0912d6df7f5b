import { z } from "zod";
import { type Json, jsonSchema, parseValue } from "../base/json.ts";
import type { Exporter } from "../exporter.ts";
import { toAtif } from "../trajectories/atif.ts";
import { columnsOf } from "./label.ts";
import { refuseUntrained } from "./untrained.ts";

const optionsSchema = z.strictObject({});

/** One ATIF trajectory in each row, whole: branches and token ids too. What the sample says of itself is in its `extra`. */
export const atif: Exporter = {
  format: "atif",
  version: 1,
  isChat: false,
  parseOptions: (options) => parseValue(options, optionsSchema, "options of the format atif"),
  toRow({ sample }) {
    const more: Record<string, Json> = { sample: columnsOf(sample) };
    const refused = refuseUntrained(sample);
    if (refused !== undefined) return refused;
    const document = toAtif(sample.events, { sessionId: sample.id, more });
    const row = z.record(z.string(), jsonSchema).parse(JSON.parse(JSON.stringify(document)));
    const characters = document.steps.reduce((sum, step) => sum + JSON.stringify(step.message).length, 0);
    return { kind: "row", row, size: { messages: document.steps.length, characters } };
  },
};
