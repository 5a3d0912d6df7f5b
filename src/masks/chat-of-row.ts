import { z } from "zod";
import { jsonSchema, type Json } from "../base/json.ts";
import type { ChatRow } from "../chat-template.ts";

const objects = z.array(z.record(z.string(), jsonSchema));
const toolList = z.union([z.array(jsonSchema), z.string(), z.null()]).optional();

const messagesSchema = z.looseObject({ messages: objects, tools: toolList });
const shareGptSchema = z.looseObject({
  conversations: z.array(z.looseObject({ from: z.string(), value: z.string() })),
  system: z.string().nullish(),
  tools: toolList,
});

const ROLES: Readonly<Record<string, string>> = {
  human: "user",
  gpt: "assistant",
  observation: "tool",
  function_call: "assistant",
};

/** The conversation of a row with `messages` or, as ShareGPT has it, `conversations`; undefined for any other row. */
export function chatOfRow(row: unknown): ChatRow | undefined {
  const withMessages = messagesSchema.safeParse(row);
  if (withMessages.success) {
    const { messages, tools } = withMessages.data;
    return chatOf(messages, tools);
  }
  const shared = shareGptSchema.safeParse(row);
  if (!shared.success) return undefined;
  const { conversations, system, tools } = shared.data;
  const turns = conversations.map(({ from, value }) => ({ role: ROLES[from] ?? from, content: value }));
  const first = (system ?? "") === "" ? [] : [{ role: "system", content: system ?? "" }];
  return chatOf([...first, ...turns], tools);
}

function chatOf(
  messages: ChatRow["messages"],
  tools: readonly Json[] | string | null | undefined,
): ChatRow | undefined {
  const list = typeof tools === "string" ? parseTools(tools) : (tools ?? []);
  return list === undefined ? undefined : { messages, tools: list };
}

/** As text, for readers that cannot hold free-form objects in a column. */
function parseTools(text: string): Json[] | undefined {
  if (text.trim() === "") return [];
  try {
    const tools = z.array(jsonSchema).safeParse(JSON.parse(text));
    return tools.success ? tools.data : undefined;
  } catch {
    return undefined;
  }
}
