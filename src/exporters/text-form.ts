import { z } from "zod";
import type { ExportResult, RowSize } from "../exporter.ts";
import type { Message } from "../model.ts";
import { writeAsText } from "../models/text-tools/text-tools.ts";
import type { Sample } from "../sample.ts";
import { type ChatEvent, toChat } from "./chat.ts";
import { refuseUntrained } from "./untrained.ts";

export interface TextMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface TextForm {
  readonly kind: "text";
  readonly messages: readonly TextMessage[];
  readonly size: RowSize;
}

/** What the text formats have in common. */
export const textOptionsSchema = z.strictObject({
  /** What becomes of a model's thinking, for which the form has no place. `think`: before the answer in `<think>` tags; `drop`: left out. */
  reasoning: z.enum(["think", "drop"]).default("think"),
  /** In whose words calls and results are told. */
  style: z.enum(["openhands", "swe-agent"]).default("openhands"),
});
type TextOptions = z.infer<typeof textOptionsSchema>;

/**
 * A conversation in which calls and results are text, word for word as a model is given it that calls in text (docs/models.md), or in the words
 * of SWE-agent: tools in the system prompt, one call in a turn, results as turns of the user. Parallel calls become turns one after the other.
 */
export function toTextForm(
  sample: Sample,
  { reasoning, style }: TextOptions,
): TextForm | Extract<ExportResult, { kind: "refused" }> {
  const chat = toChat(sample.events);
  if (chat.kind === "broken") return { kind: "refused", reason: chat.reason, detail: chat.detail };
  const refused = refuseUntrained(sample);
  if (refused !== undefined) return refused;
  const given = chat.events.map((event) => toMessage(event, reasoning));
  const messages = writeAsText(given, chat.start.tools, style).flatMap((message): TextMessage[] =>
    message.role === "tool" ? [] : [{ role: message.role, content: message.content }],
  );
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return { kind: "text", messages, size: { messages: messages.length, characters } };
}

function toMessage(event: ChatEvent, reasoning: TextOptions["reasoning"]): Message {
  if (event.type === "input") return { role: event.role, content: event.content };
  if (event.type === "result")
    return {
      role: "tool",
      toolCallId: event.tool_call_id,
      toolName: event.tool_name,
      content: event.content,
    };
  const thought = event.reasoning ?? "";
  const isTold = reasoning === "think" && thought !== "";
  return {
    role: "assistant",
    content: isTold ? `<think>\n${thought}\n</think>\n\n${event.content}` : event.content,
    toolCalls: event.tool_calls,
  };
}
