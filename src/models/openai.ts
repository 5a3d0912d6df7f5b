import type OpenAI from "openai";
import { z } from "zod";
import type { Message, Model, ModelRequest, ModelResponse, Usage } from "../model.ts";
import { badResponse, type Endpoint } from "./failure.ts";
import { askService } from "./service.ts";
import { NO_TIMEOUT, type EndpointSettings } from "./settings.ts";
import { sentArguments, toToolCalls } from "../dialects/shared/tool-calls.ts";

/**
 * A model behind a Chat Completions endpoint (OpenAI, vLLM, SGLang, llama.cpp, Ollama, gateways).
 * `baseUrl` usually ends in `/v1`. The key is taken from OPENAI_API_KEY where none is given.
 */
export function openaiModel(settings: EndpointSettings): Model {
  const endpoint: Endpoint = {
    model: settings.name,
    baseUrl: settings.baseUrl,
    // Local servers need no key, but the SDK insists on one.
    apiKey: settings.apiKey ?? process.env["OPENAI_API_KEY"] ?? "none",
    keyVariable: "OPENAI_API_KEY",
  };
  let client: Promise<OpenAI> | undefined;
  return {
    name: settings.name,
    complete: (request) =>
      askService(settings, endpoint, request, async (signal) => {
        client ??= connect(endpoint);
        const { chat } = await client;
        const body: unknown = await chat.completions.create(toBody(endpoint, request), { signal });
        return toResponse(body, request, endpoint);
      }),
  };
}

/** Imported at the first request: the SDK takes a good part of a second to load. */
async function connect(endpoint: Endpoint): Promise<OpenAI> {
  const { default: Client } = await import("openai");
  return new Client({
    apiKey: endpoint.apiKey,
    baseURL: endpoint.baseUrl,
    organization: null,
    project: null,
    timeout: NO_TIMEOUT,
    maxRetries: 0,
  });
}

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;

function toBody({ model, baseUrl }: Endpoint, request: ModelRequest): Body {
  // OpenAI's newer models refuse the old name, and several compatible servers do not know the new one.
  const limit = new URL(baseUrl).hostname.endsWith(".openai.com") ? "max_completion_tokens" : "max_tokens";
  return {
    model,
    messages: request.messages.map(toMessage),
    ...(request.tools.length === 0
      ? {}
      : { tools: request.tools.map((tool) => ({ type: "function" as const, function: { ...tool } })) }),
    ...(request.sampling?.maxOutputTokens === undefined ? {} : { [limit]: request.sampling.maxOutputTokens }),
    ...(request.sampling?.temperature === undefined ? {} : { temperature: request.sampling.temperature }),
  };
}

function toMessage(message: Message): Body["messages"][number] {
  if (message.role === "tool") {
    return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  }
  if (message.role !== "assistant") return { role: message.role, content: message.content };
  if (message.toolCalls.length === 0) return { role: "assistant", content: message.content };
  return {
    role: "assistant",
    content: message.content,
    tool_calls: message.toolCalls.map((call) => ({
      id: call.id,
      type: "function" as const,
      function: { name: call.name, arguments: JSON.stringify(sentArguments(call)) },
    })),
  };
}

const count = z.int().nonnegative().nullish().catch(undefined);
const contentSchema = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))])
  .nullish()
  .transform((content) =>
    typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join(""),
  );

const completionSchema = z.looseObject({
  model: z.string().nullish(),
  choices: z
    .array(
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: contentSchema,
          reasoning_content: z.string().nullish(),
          reasoning: z.string().nullish().catch(undefined),
          tool_calls: z
            .array(
              z.looseObject({
                id: z.string().nullish(),
                function: z.looseObject({ name: z.string(), arguments: z.unknown().optional() }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z
    .looseObject({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.looseObject({ cached_tokens: count }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
type Completion = z.infer<typeof completionSchema>;

const errorBodySchema = z.looseObject({
  error: z.union([
    z.string(),
    z.looseObject({ message: z.string().optional(), code: z.unknown().optional() }),
  ]),
});

function toResponse(body: unknown, request: ModelRequest, endpoint: Endpoint): ModelResponse {
  const refusal = errorBodySchema.safeParse(body);
  if (refusal.success) {
    const { error } = refusal.data;
    const said = typeof error === "string" ? error : (error.message ?? JSON.stringify(error));
    throw badResponse(endpoint, `status 200 with an error: ${said}`, { status: 200, said });
  }
  const parsed = completionSchema.safeParse(body);
  const choice = parsed.data?.choices[0];
  if (!parsed.success || choice === undefined) {
    const issue = parsed.error?.issues[0];
    throw badResponse(
      endpoint,
      `status 200, but no chat completion (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
    );
  }
  const { message } = choice;
  const reasoning = message.reasoning_content ?? message.reasoning ?? "";
  const calls = (message.tool_calls ?? []).map(({ id, function: called }) => ({ id, ...called }));
  const toolCalls = toToolCalls(calls, request.messages);
  return {
    message: {
      role: "assistant",
      content: message.content,
      ...(reasoning === "" ? {} : { reasoning }),
      toolCalls,
    },
    stop: toStop(choice.finish_reason, toolCalls.length > 0),
    usage: toUsage(parsed.data.usage),
    ...(parsed.data.model ? { servedModel: parsed.data.model } : {}),
  };
}

/** Several servers say `stop` beside tool calls. */
function toStop(reason: string | null | undefined, hasCalls: boolean): ModelResponse["stop"] {
  if (reason === "length") return "length";
  if (hasCalls) return "tool-calls";
  return reason === "stop" ? "end" : "other";
}

function toUsage(usage: Completion["usage"]): Usage {
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  return {
    ...(typeof usage?.prompt_tokens === "number" ? { inputTokens: usage.prompt_tokens } : {}),
    ...(typeof usage?.completion_tokens === "number" ? { outputTokens: usage.completion_tokens } : {}),
    ...(typeof cached === "number" ? { cachedTokens: cached } : {}),
  };
}
