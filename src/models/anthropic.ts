import type Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import type { Message, Model, ModelRequest, ModelResponse, Usage } from "../model.ts";
import { badResponse, type Endpoint } from "./failure.ts";
import { askService } from "./service.ts";
import { NO_TIMEOUT, type EndpointSettings } from "./settings.ts";
import { sentArguments, toToolCalls } from "../dialects/shared/tool-calls.ts";

/** The dialect demands a limit. */
const DEFAULT_MAX_OUTPUT_TOKENS = 8192;

/**
 * A model behind an Anthropic Messages endpoint. `baseUrl` is given without `/v1`. The key is taken
 * from ANTHROPIC_API_KEY where none is given.
 */
export function anthropicModel(settings: EndpointSettings): Model {
  const endpoint: Endpoint = {
    model: settings.name,
    baseUrl: settings.baseUrl,
    apiKey: settings.apiKey ?? process.env["ANTHROPIC_API_KEY"] ?? "none",
    keyVariable: "ANTHROPIC_API_KEY",
  };
  let client: Promise<Anthropic> | undefined;
  return {
    name: settings.name,
    complete: (request) =>
      askService(settings, endpoint, request, async (signal) => {
        client ??= connect(endpoint);
        const { messages } = await client;
        const body: unknown = await messages.create(toBody(settings.name, request), { signal });
        return toResponse(body, request, endpoint);
      }),
  };
}

/** Imported at the first request: the SDK takes a good part of a second to load. */
async function connect(endpoint: Endpoint): Promise<Anthropic> {
  const { default: Client } = await import("@anthropic-ai/sdk");
  return new Client({
    apiKey: endpoint.apiKey,
    baseURL: endpoint.baseUrl,
    timeout: NO_TIMEOUT,
    maxRetries: 0,
  });
}

type Turn = { role: "user" | "assistant"; content: Anthropic.ContentBlockParam[] };

function toBody(model: string, request: ModelRequest): Anthropic.MessageCreateParamsNonStreaming {
  const system = request.messages.filter((message) => message.role === "system");
  return {
    model,
    max_tokens: request.sampling?.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
    messages: withCacheMark(toTurns(request.messages)),
    ...(system.length === 0 ? {} : { system: system.map((message) => message.content).join("\n\n") }),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, parameters }) => ({
            name,
            description,
            input_schema: { ...parameters, type: "object" as const },
          })),
        }),
    ...(request.sampling?.temperature === undefined ? {} : { temperature: request.sampling.temperature }),
  };
}

/** The dialect wants turns to alternate, so that all results of one turn's calls stand in one user turn. */
function toTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === "system") continue;
    const turn: Turn = {
      role: message.role === "assistant" ? "assistant" : "user",
      content: toBlocks(message),
    };
    const last = turns.at(-1);
    if (last?.role === turn.role) last.content.push(...turn.content);
    else turns.push(turn);
  }
  return turns;
}

function toBlocks(message: Message): Anthropic.ContentBlockParam[] {
  if (message.role === "tool") {
    return [{ type: "tool_result", tool_use_id: message.toolCallId, content: message.content }];
  }
  const calls = message.role === "assistant" ? message.toolCalls : [];
  // Empty text blocks are refused; so is a turn without any block.
  const text = message.content.trim() === "" && calls.length === 0 ? "(no answer)" : message.content;
  return [
    ...(text.trim() === "" ? [] : [{ type: "text" as const, text }]),
    ...calls.map((call) => ({
      type: "tool_use" as const,
      id: call.id,
      name: call.name,
      input: sentArguments(call),
    })),
  ];
}

/** Lets the service reuse what it read in the turn before: a loop sends its whole history each time. */
function withCacheMark(turns: Turn[]): Turn[] {
  const block = turns.at(-1)?.content.at(-1);
  if (block?.type === "text" || block?.type === "tool_result") block.cache_control = { type: "ephemeral" };
  return turns;
}

const count = z.int().nonnegative().nullish().catch(undefined);

const messageSchema = z.looseObject({
  type: z.literal("message"),
  model: z.string().nullish(),
  stop_reason: z.string().nullish(),
  content: z.array(
    z.looseObject({
      type: z.string(),
      text: z.string().optional(),
      thinking: z.string().optional(),
      id: z.string().nullish(),
      name: z.string().optional(),
      input: z.unknown().optional(),
    }),
  ),
  usage: z
    .looseObject({
      input_tokens: count,
      output_tokens: count,
      cache_read_input_tokens: count,
      cache_creation_input_tokens: count,
    })
    .nullish()
    .catch(undefined),
});
type MessageBody = z.infer<typeof messageSchema>;

const errorBodySchema = z.looseObject({ error: z.looseObject({ message: z.string() }) });

function toResponse(body: unknown, request: ModelRequest, endpoint: Endpoint): ModelResponse {
  const refusal = errorBodySchema.safeParse(body);
  if (refusal.success) {
    const said = refusal.data.error.message;
    throw badResponse(endpoint, `status 200 with an error: ${said}`, { status: 200, said });
  }
  const parsed = messageSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badResponse(
      endpoint,
      `status 200, but no message (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
    );
  }
  const { content, stop_reason: reason, usage, model } = parsed.data;
  const uses = content.filter((block) => block.type === "tool_use");
  const toolCalls = toToolCalls(
    uses.map((block) => ({ id: block.id, name: block.name ?? "", arguments: block.input })),
    request.messages,
  );
  const reasoning = textOf(content, "thinking");
  return {
    message: {
      role: "assistant",
      content: textOf(content, "text"),
      ...(reasoning === "" ? {} : { reasoning }),
      toolCalls,
    },
    stop: toStop(reason, toolCalls.length > 0),
    usage: toUsage(usage),
    ...(model ? { servedModel: model } : {}),
  };
}

function textOf(content: MessageBody["content"], type: "text" | "thinking"): string {
  return content.map((block) => (block.type === type ? (block[type] ?? "") : "")).join("");
}

function toStop(reason: string | null | undefined, hasCalls: boolean): ModelResponse["stop"] {
  if (reason === "max_tokens" || reason === "model_context_window_exceeded") return "length";
  if (hasCalls) return "tool-calls";
  return reason === "end_turn" || reason === "stop_sequence" ? "end" : "other";
}

/** The dialect counts what came from the cache apart; ours counts all input, and the cached part of it. */
function toUsage(usage: MessageBody["usage"]): Usage {
  const read = usage?.cache_read_input_tokens;
  const input = usage?.input_tokens;
  return {
    ...(typeof input === "number"
      ? { inputTokens: input + (read ?? 0) + (usage?.cache_creation_input_tokens ?? 0) }
      : {}),
    ...(typeof usage?.output_tokens === "number" ? { outputTokens: usage.output_tokens } : {}),
    ...(typeof read === "number" ? { cachedTokens: read } : {}),
  };
}
