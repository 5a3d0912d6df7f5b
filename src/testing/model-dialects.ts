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

/** The dialect carries parsed arguments; compatible servers pass on the text where it does not parse. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
