/** What a scripted model says, in neither dialect. */
export interface Answer {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly AnswerCall[];
  readonly stop?: "end" | "length";
  /** Null leaves the usage out. */
  readonly usage?: { readonly input: number; readonly output: number; readonly cached?: number } | null;
  readonly servedModel?: string;
}

interface AnswerCall {
  /** Left out: the service gives none. */
  readonly id?: string;
  readonly name: string;
  /** As the model wrote it: JSON text or anything else. */
  readonly arguments: string;
}

const DEFAULT_USAGE: NonNullable<Answer["usage"]> = { input: 100, output: 10 };

export function chatCompletion(answer: Answer): unknown {
  const usage = answer.usage === undefined ? DEFAULT_USAGE : answer.usage;
  const calls = answer.calls ?? [];
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model: answer.servedModel ?? "scripted",
    choices: [
      {
        index: 0,
        finish_reason: answer.stop === "length" ? "length" : calls.length > 0 ? "tool_calls" : "stop",
        message: {
          role: "assistant",
          content: answer.text ?? null,
          ...(answer.reasoning === undefined ? {} : { reasoning_content: answer.reasoning }),
          ...(calls.length === 0
            ? {}
            : {
                tool_calls: calls.map((call) => ({
                  id: call.id,
                  type: "function",
                  function: { name: call.name, arguments: call.arguments },
                })),
              }),
        },
      },
    ],
    ...(usage === null
      ? {}
      : {
          usage: {
            prompt_tokens: usage.input,
            completion_tokens: usage.output,
            total_tokens: usage.input + usage.output,
            ...(usage.cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: usage.cached } }),
          },
        }),
  };
}

export function messagesMessage(answer: Answer): unknown {
  const usage = answer.usage === undefined ? DEFAULT_USAGE : answer.usage;
  const calls = answer.calls ?? [];
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: answer.servedModel ?? "scripted",
    stop_reason: answer.stop === "length" ? "max_tokens" : calls.length > 0 ? "tool_use" : "end_turn",
    content: [
      ...(answer.reasoning === undefined
        ? []
        : [{ type: "thinking", thinking: answer.reasoning, signature: "s" }]),
      ...(answer.text === undefined ? [] : [{ type: "text", text: answer.text }]),
      ...calls.map((call) => ({
        type: "tool_use",
        id: call.id,
        name: call.name,
        input: parsed(call.arguments),
      })),
    ],
    ...(usage === null
      ? {}
      : {
          usage: {
            input_tokens: usage.input - (usage.cached ?? 0),
            output_tokens: usage.output,
            ...(usage.cached === undefined ? {} : { cache_read_input_tokens: usage.cached }),
          },
        }),
  };
}

export function responsesResponse(answer: Answer): unknown {
  const usage = answer.usage === undefined ? DEFAULT_USAGE : answer.usage;
  return {
    id: "resp_1",
    object: "response",
    created_at: 0,
    model: answer.servedModel ?? "scripted",
    status: answer.stop === "length" ? "incomplete" : "completed",
    incomplete_details: answer.stop === "length" ? { reason: "max_output_tokens" } : null,
    error: null,
    output: responsesItems(answer),
    usage:
      usage === null
        ? null
        : {
            input_tokens: usage.input,
            output_tokens: usage.output,
            total_tokens: usage.input + usage.output,
            ...(usage.cached === undefined ? {} : { input_tokens_details: { cached_tokens: usage.cached } }),
          },
  };
}

function responsesItems(answer: Answer): Record<string, unknown>[] {
  const text = { type: "output_text", text: answer.text, annotations: [] };
  return [
    ...(answer.reasoning === undefined
      ? []
      : [
          {
            type: "reasoning",
            id: "rs_1",
            summary: [],
            content: [{ type: "reasoning_text", text: answer.reasoning }],
            encrypted_content: "secret",
          },
        ]),
    ...(answer.text === undefined
      ? []
      : [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content: [text] }]),
    ...(answer.calls ?? []).map((call) => ({
      type: "function_call",
      id: "fc_1",
      status: "completed",
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
    })),
  ];
}

/** The dialect carries parsed arguments; compatible servers pass on the text where it does not parse. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
