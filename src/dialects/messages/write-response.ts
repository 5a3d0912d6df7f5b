import type { AskedFor } from "../../dialect.ts";
import type { ModelResponse, Usage } from "../../model.ts";
import { eventText } from "../shared/body.ts";
import { textOf, type JsonObject } from "../shared/json.ts";
import { writeBlocks } from "./message.ts";

const STOP = { end: "end_turn", "tool-calls": "tool_use", length: "max_tokens", other: "refusal" } as const;

export function* writeResponse(response: ModelResponse, asked: AskedFor): Iterable<string> {
  const turn = asked.messages.filter(({ role }) => role === "assistant").length + 1;
  const head = {
    id: `msg_${turn}`,
    type: "message",
    role: "assistant",
    model: response.servedModel ?? asked.model,
  };
  const content = responseBlocks(response);
  const stop = { stop_reason: STOP[response.stop], stop_sequence: null };
  const usage = writeUsage(response.usage);
  if (!asked.stream) {
    yield JSON.stringify({ ...head, content, ...stop, usage });
    return;
  }
  const event = (type: string, fields: JsonObject = {}) => eventText({ type, ...fields }, type);
  const begun = { ...head, content: [], stop_reason: null, stop_sequence: null };
  yield event("message_start", { message: { ...begun, usage: { ...usage, output_tokens: 0 } } });
  for (const [index, block] of content.entries()) {
    yield event("content_block_start", {
      index,
      content_block: { ...block, ...EMPTY[textOf(block["type"])] },
    });
    for (const delta of deltas(block)) yield event("content_block_delta", { index, delta });
    yield event("content_block_stop", { index });
  }
  yield event("message_delta", { delta: stop, usage: { output_tokens: usage["output_tokens"] ?? 0 } });
  yield event("message_stop");
}

/** A block as it begins; others come whole. */
const EMPTY: Readonly<Record<string, JsonObject>> = {
  text: { text: "" },
  thinking: { thinking: "", signature: "" },
  tool_use: { input: {} },
};

function deltas(block: JsonObject): JsonObject[] {
  switch (block["type"]) {
    case "text":
      return [{ type: "text_delta", text: block["text"] ?? "" }];
    case "thinking":
      return [
        { type: "thinking_delta", thinking: block["thinking"] ?? "" },
        { type: "signature_delta", signature: block["signature"] ?? "" },
      ];
    case "tool_use":
      return [{ type: "input_json_delta", partial_json: JSON.stringify(block["input"] ?? {}) }];
    default:
      return [];
  }
}

/** An answer may be empty, which a turn of a history may not. */
function responseBlocks({ message }: ModelResponse): JsonObject[] {
  if (message.native?.dialect === "messages") return writeBlocks(message);
  const empty = message.content.trim() === "" && message.toolCalls.length === 0;
  const thinking = message.reasoning;
  return [
    ...(thinking === undefined ? [] : [{ type: "thinking", thinking, signature: "" }]),
    ...(empty ? [] : writeBlocks(message)),
  ];
}

/** The dialect demands counts: those that are not known are 0. */
function writeUsage({ inputTokens = 0, outputTokens = 0, cachedTokens }: Usage): JsonObject {
  return {
    input_tokens: inputTokens - (cachedTokens ?? 0),
    output_tokens: outputTokens,
    ...(cachedTokens === undefined ? {} : { cache_read_input_tokens: cachedTokens }),
  };
}
