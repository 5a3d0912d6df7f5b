import type { AskedFor } from "../../dialect.ts";
import type { ModelResponse, TokenRecord, Usage } from "../../model.ts";
import { eventText } from "../shared/body.ts";
import { defined } from "../../base/defined.ts";
import { objectOf, objectsOf, without, type JsonObject } from "../shared/json.ts";
import { writeMessage } from "./message.ts";

export function* writeResponse(response: ModelResponse, asked: AskedFor): Iterable<string> {
  const turn = asked.messages.filter(({ role }) => role === "assistant").length + 1;
  const head = { id: `chatcmpl-${turn}`, created: 0, model: response.servedModel ?? asked.model };
  if (!asked.stream) {
    yield JSON.stringify({ ...head, object: "chat.completion", ...writeCompletion(response) });
    return;
  }
  for (const chunk of chunks(response, asked))
    yield eventText({ ...head, object: "chat.completion.chunk", ...chunk });
  yield "data: [DONE]\n\n";
}

const FINISH = {
  end: "stop",
  "tool-calls": "tool_calls",
  length: "length",
  other: "content_filter",
} as const;

function writeCompletion({ message, stop, usage, tokens }: ModelResponse): JsonObject {
  return {
    choices: [
      { index: 0, message: wholeMessage(message), finish_reason: FINISH[stop], ...writeTokens(tokens) },
    ],
    ...defined({ usage: writeUsage(usage), prompt_token_ids: promptIds(tokens) }),
  };
}

function wholeMessage(message: ModelResponse["message"]): JsonObject {
  const sent = writeMessage(message);
  const plain = message.native?.dialect !== "chat" && message.reasoning !== undefined;
  return plain ? { ...sent, reasoning_content: message.reasoning ?? "" } : sent;
}

/** As services stream: the role first, text and reasoning, each call's name and then its arguments, the reason, the usage. */
function* chunks({ message, stop, usage, tokens }: ModelResponse, asked: AskedFor): Iterable<JsonObject> {
  const choice = (delta: JsonObject, more: JsonObject = {}) => ({
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  });
  const whole = wholeMessage(message);
  yield {
    ...choice({ role: "assistant", content: "" }),
    ...defined({ prompt_token_ids: promptIds(tokens) }),
  };
  const rest = without(whole, "role", "content", "tool_calls");
  if (Object.keys(rest).length > 0) yield choice(rest);
  if (whole["content"] !== "") yield choice({ content: whole["content"] ?? null });
  for (const [index, call] of objectsOf(whole["tool_calls"]).entries()) {
    const called = objectOf(call["function"]);
    yield choice({ tool_calls: [{ ...call, index, function: { ...called, arguments: "" } }] });
    yield choice({ tool_calls: [{ index, function: { arguments: called["arguments"] ?? "" } }] });
  }
  yield choice({}, { finish_reason: FINISH[stop], ...writeTokens(tokens) });
  const wanted = objectOf(asked.more["stream_options"])["include_usage"] === true;
  const counted = writeUsage(usage);
  if (wanted && counted !== undefined) yield { choices: [], usage: counted };
}

/** Absent where nothing is known: the dialect's counts are numbers. */
function writeUsage({ inputTokens, outputTokens, cachedTokens }: Usage): JsonObject | undefined {
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    ...defined({ prompt_tokens: inputTokens, completion_tokens: outputTokens }),
    total_tokens: (inputTokens ?? 0) + (outputTokens ?? 0),
    ...(cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedTokens } }),
  };
}

function promptIds(tokens: TokenRecord | undefined): number[] | undefined {
  return tokens?.prompt === undefined ? undefined : [...tokens.prompt];
}

function writeTokens(tokens: TokenRecord | undefined): JsonObject {
  const { completion, logprobs } = tokens ?? {};
  return {
    ...(completion === undefined ? {} : { token_ids: [...completion] }),
    ...(logprobs === undefined
      ? {}
      : {
          logprobs: {
            content: logprobs.map((logprob) => ({ token: "", logprob, bytes: null, top_logprobs: [] })),
            refusal: null,
          },
        }),
  };
}
