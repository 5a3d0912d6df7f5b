import type { Answer } from "./model-dialects.ts";
import { chatCompletion, messagesMessage, responsesResponse } from "./model-dialects.ts";

/** The same answers as events of a stream, as services send them: texts and arguments in fragments. Each text is one event. */
export function chatStream(answer: Answer): string[] {
  const whole = chatCompletion(answer) as {
    model: string;
    choices: [{ finish_reason: string; message: Record<string, unknown> }];
    usage?: unknown;
  };
  const { finish_reason: reason } = whole.choices[0];
  const chunk = (delta: unknown, finish: string | null = null) =>
    data({ model: whole.model, choices: [{ index: 0, delta, finish_reason: finish }], usage: null });
  return [
    chunk({ role: "assistant", content: "" }),
    ...halves(answer.reasoning).map((reasoning_content) => chunk({ reasoning_content })),
    ...halves(answer.text).map((content) => chunk({ content })),
    ...(answer.calls ?? []).flatMap((call, index) => [
      chunk({
        tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }],
      }),
      ...halves(call.arguments).map((text) =>
        chunk({ tool_calls: [{ index, function: { arguments: text } }] }),
      ),
    ]),
    chunk({}, reason),
    ...(whole.usage === undefined ? [] : [data({ model: whole.model, choices: [], usage: whole.usage })]),
    "data: [DONE]\n\n",
  ];
}

export function messagesStream(answer: Answer): string[] {
  const whole = messagesMessage(answer) as {
    stop_reason: string;
    content: Record<string, unknown>[];
    usage?: { output_tokens: number };
  };
  const { usage } = whole;
  const event = (type: string, fields: object = {}) => data({ type, ...fields }, type);
  const started = {
    ...whole,
    content: [],
    stop_reason: null,
    ...(usage && { usage: { ...usage, output_tokens: Math.min(1, usage.output_tokens) } }),
  };
  return [
    event("message_start", { message: started }),
    event("ping"),
    ...whole.content.flatMap((block, index) => [
      event("content_block_start", { index, content_block: { ...block, ...EMPTY[String(block["type"])] } }),
      ...blockDeltas(block).map((delta) => event("content_block_delta", { index, delta })),
      event("content_block_stop", { index }),
    ]),
    event("message_delta", {
      delta: { stop_reason: whole.stop_reason, stop_sequence: null },
      ...(usage && { usage: { output_tokens: usage.output_tokens } }),
    }),
    event("message_stop"),
  ];
}

const EMPTY: Readonly<Record<string, object>> = {
  text: { text: "" },
  thinking: { thinking: "", signature: "" },
  tool_use: { input: {} },
};

function blockDeltas(block: Record<string, unknown>): object[] {
  if (block["type"] === "text")
    return halves(String(block["text"])).map((text) => ({ type: "text_delta", text }));
  if (block["type"] === "thinking") {
    const parts = halves(String(block["thinking"]));
    return [
      ...parts.map((thinking) => ({ type: "thinking_delta", thinking })),
      { type: "signature_delta", signature: block["signature"] },
    ];
  }
  const input = typeof block["input"] === "string" ? block["input"] : JSON.stringify(block["input"]);
  return halves(input).map((partial_json) => ({ type: "input_json_delta", partial_json }));
}

/** The last event leaves the output out, as one known service does: what came before must do. */
export function responsesStream(answer: Answer): string[] {
  const whole = responsesResponse(answer) as { status: string; output: Record<string, unknown>[] };
  const event = (type: string, fields: object) => data({ type, ...fields }, type);
  return [
    event("response.created", { response: { ...whole, status: "in_progress", output: [] } }),
    ...whole.output.flatMap((item, output_index) => [
      event("response.output_item.added", { output_index, item: { ...item, content: [], arguments: "" } }),
      ...halves(item["type"] === "function_call" ? String(item["arguments"]) : "").map((delta) =>
        event("response.function_call_arguments.delta", { output_index, delta }),
      ),
      event("response.output_item.done", { output_index, item }),
    ]),
    event(`response.${whole.status}`, { response: { ...whole, output: [] } }),
  ];
}

function data(value: unknown, name?: string): string {
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`;
}

function halves(text = ""): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== "");
}
