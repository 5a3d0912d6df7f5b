import { z } from "zod";
import { readJsonl } from "../base/files.ts";
import { ModelError } from "../base/errors.ts";
import type { Model, ModelRequest, ModelResponse } from "../model.ts";
import { usageSchema } from "../trajectory.ts";
import { toToolCalls } from "../dialects/shared/tool-calls.ts";

/** An answer, as recorded or as scripted by hand. */
const answerSchema = z.strictObject({
  content: z.string().default(""),
  reasoning: z.string().optional(),
  tool_calls: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        name: z.string(),
        /** An object, or the text that the model wrote, which may be malformed. */
        arguments: z.unknown().optional(),
      }),
    )
    .default([]),
  stop: z.enum(["end", "tool-calls", "length", "other"]).optional(),
  usage: usageSchema.default({}),
  served_model: z.string().optional(),
});

/** A failure of the service in place of an answer, by the code of its `ModelError`. */
const errorSchema = z.strictObject({
  error: z.string(),
  message: z.string().optional(),
  fields: z.record(z.string(), z.unknown()).optional(),
});

const responseSchema = z.union([errorSchema, answerSchema]);
export type ReplayResponse = z.input<typeof responseSchema>;

const conversationSchema = z.strictObject({
  /** Plays for conversations whose first user message contains this text; without it, for any. */
  match: z.string().optional(),
  responses: z.array(responseSchema).min(1),
});
const rowSchema = z.union([conversationSchema, responseSchema]);
type Conversation = z.infer<typeof conversationSchema>;

export interface ReplaySettings {
  readonly name?: string;
  /** The answers of one conversation, in order. */
  readonly responses?: readonly ReplayResponse[];
  /**
   * A JSONL file. A row is a conversation (`{"match"?, "responses": […]}`) or one response; rows that are
   * responses make up, in order, the conversation that plays where no `match` does.
   */
  readonly file?: string;
}

/**
 * A model that says what it was told to: for tests, demonstrations and repeating a run without a service.
 * The nth answer goes to the request whose history holds n - 1 answers, so it keeps no state: any number of
 * conversations may go on at once, in any number of processes, and a repeated request gets the same answer.
 * @throws ModelError `model-replay-exhausted` past the last response, `model-replay-no-match` where none fits.
 */
export async function replayModel(settings: ReplaySettings): Promise<Model> {
  const name = settings.name ?? "replay";
  const conversations = await readConversations(settings);
  return {
    name,
    complete: async (request) => {
      if (request.signal?.aborted === true) {
        throw new ModelError({ code: "model-aborted", message: `${name}: the request was given up` });
      }
      return play(conversations, request, settings.file ?? "responses");
    },
  };
}

async function readConversations(settings: ReplaySettings): Promise<Conversation[]> {
  const conversations: Conversation[] = [];
  const rest = (settings.responses ?? []).map((response) => responseSchema.parse(response));
  if (settings.file !== undefined) {
    for await (const row of readJsonl(settings.file, rowSchema)) {
      if ("responses" in row) conversations.push(row);
      else rest.push(row);
    }
  }
  if (rest.length > 0) conversations.push({ responses: rest });
  return conversations;
}

function play(conversations: readonly Conversation[], request: ModelRequest, place: string): ModelResponse {
  const instruction = request.messages.find((message) => message.role === "user")?.content ?? "";
  const turn = request.messages.filter((message) => message.role === "assistant").length;
  const conversation =
    conversations.find(({ match }) => match !== undefined && instruction.includes(match)) ??
    conversations.find(({ match }) => match === undefined);
  if (conversation === undefined) {
    throw replayError("model-replay-no-match", `${place}: no conversation matches the instruction`);
  }
  const response = conversation.responses[turn];
  if (response === undefined) {
    throw replayError(
      "model-replay-exhausted",
      `${place}: the conversation has ${turn} responses, and one more was asked for`,
    );
  }
  if ("error" in response) {
    throw new ModelError({
      code: response.error,
      message: `${place}: ${response.message ?? "a scripted failure"}`,
      fields: response.fields,
    });
  }
  const toolCalls = toToolCalls(
    response.tool_calls.map((call) => ({ ...call, arguments: call.arguments })),
    request.messages,
  );
  return {
    message: {
      role: "assistant",
      content: response.content,
      ...(response.reasoning === undefined ? {} : { reasoning: response.reasoning }),
      toolCalls,
    },
    stop: response.stop ?? (toolCalls.length > 0 ? "tool-calls" : "end"),
    usage: definedUsage(response.usage),
    ...(response.served_model === undefined ? {} : { servedModel: response.served_model }),
  };
}

function definedUsage(usage: z.infer<typeof usageSchema>): ModelResponse["usage"] {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}

function replayError(code: string, message: string): ModelError {
  return new ModelError({ code, message, hint: "Add the missing responses to the file." });
}
