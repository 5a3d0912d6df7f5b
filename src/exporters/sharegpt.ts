import { parseValue } from "../base/json.ts";
import type { Exporter } from "../exporter.ts";
import { columnsOf } from "./label.ts";
import { type TextMessage, textOptionsSchema, toTextForm } from "./text-form.ts";

/** How LLaMA-Factory is told of the rows, by its documentation of `dataset_info.json`. */
const DATASET_INFO = {
  hybrid_gym: {
    file_name: "train.jsonl",
    formatting: "sharegpt",
    columns: { messages: "conversations", system: "system" },
    tags: { role_tag: "from", content_tag: "value", user_tag: "human", assistant_tag: "gpt" },
  },
};

/**
 * ShareGPT rows in the text form of calls, with the `dataset_info.json` by which LLaMA-Factory reads them: its own form of calls drops what is said beside
 * a call, and of any row whose turns do not alternate it trains on nothing, with no more than a line in its log, so that these are refused here.
 */
export const shareGpt: Exporter = {
  format: "sharegpt",
  version: 2,
  files: { "dataset_info.json": `${JSON.stringify(DATASET_INFO, null, 2)}\n` },
  parseOptions: (options) => parseValue(options, textOptionsSchema, "options of the format sharegpt"),
  toRow({ sample }, options) {
    const parsed = parseValue(options, textOptionsSchema, "options of the format sharegpt");
    const text = toTextForm(sample, parsed);
    if (text.kind === "refused") return text;
    const [first, ...rest] = text.messages;
    const turns = untilLastAnswer(first?.role === "system" ? rest : text.messages);
    const problem = findOutOfTurn(turns);
    if (problem !== undefined) return { kind: "refused", reason: "turns-do-not-alternate", detail: problem };
    const conversations = turns.map(({ role, content }) => ({
      from: role === "user" ? "human" : "gpt",
      value: content,
    }));
    const system = first?.role === "system" ? first.content : "";
    return { kind: "row", row: { ...columnsOf(sample), system, conversations }, size: text.size };
  },
};

/** The result of the last call, which ends the work, is answered by nobody: nothing behind the model's last turn is trained on. */
function untilLastAnswer(turns: readonly TextMessage[]): readonly TextMessage[] {
  return turns.slice(0, turns.findLastIndex(({ role }) => role === "assistant") + 1);
}

/** The user begins, and the two take turns. */
function findOutOfTurn(turns: readonly TextMessage[]): string | undefined {
  const place = turns.findIndex(({ role }, index) => role !== (index % 2 === 0 ? "user" : "assistant"));
  return place === -1 ? undefined : `message ${place + 1} is of the ${turns[place]?.role}`;
}
