import { z } from "zod";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { parseValue } from "../base/json.ts";
import type { ExportInput, ExportResult, Exporter, RowSize } from "../exporter.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { walkOf } from "../facts/walk.ts";
import { argumentsText } from "../samples/marks.ts";
import { toChat } from "./chat.ts";
import type { ChatEvent } from "./chat.ts";
import { columnsOf } from "./label.ts";
import { refuseUntrained, untrainedTurns } from "./untrained.ts";

const optionsSchema = z.strictObject({
  /** `string`: JSON text, as OpenAI's endpoints write it; `object`: as the chat templates of TRL want it. */
  arguments: z.enum(["string", "object"]).default("string"),
  /** `string`: JSON text, for readers that cannot hold free-form objects in a column. */
  tools: z.enum(["object", "string"]).default("object"),
  /** Gives each turn of the model a weight: `openai` as `weight` 0 or 1, `axolotl` as `train`, `ms-swift` as `loss`, both true or false. */
  weights: z.enum(["none", "openai", "axolotl", "ms-swift"]).default("none"),
  /** Whose weight is 0: `failed`, turns of which every call failed or could not be read. */
  leave_out: z.enum(["nothing", "failed"]).default("nothing"),
  /** The ids and log-probabilities that the server gave, as `token_ids` and `logprobs` of each turn that has them. */
  served_tokens: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

type Turn = Extract<ForeignEvent, { type: "turn" }>;
type Call = Turn["tool_calls"][number];
type Message = Record<string, Json>;

/**
 * Chat messages with tool calls, one sample per row:
 * `{instance_id, attempt_id, resolved, reward, model, agent, messages, tools}`.
 */
export const openaiMessages: Exporter = {
  format: "openai",
  version: 1,
  parseOptions(options) {
    const parsed = parseValue(options, optionsSchema, "options of the format openai");
    if (parsed.leave_out !== "nothing" && parsed.weights === "none") throw weightsAreWanted();
    return parsed;
  },
  toRow(input, options) {
    return toRow(input, parseValue(options, optionsSchema, "options of the format openai"));
  },
};

function toRow({ sample }: ExportInput, options: Options): ExportResult {
  const chat = toChat(sample.events);
  if (chat.kind === "broken") return { kind: "refused", reason: chat.reason, detail: chat.detail };
  const malformed = chat.events
    .flatMap((event) => (event.type === "turn" ? event.tool_calls : []))
    .find((call) => call.malformed);
  if (malformed !== undefined && options.arguments === "object") {
    return {
      kind: "refused",
      reason: "malformed-call",
      detail: `the arguments of call ${malformed.id} are no object; "arguments": "string" can hold them`,
    };
  }
  const refused = options.weights === "none" ? refuseUntrained(sample) : undefined;
  if (refused !== undefined) return refused;
  const leftOut = leftOutOf(sample, options);
  const tools: Json = chat.start.tools.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: tool.parameters },
  }));
  const row = {
    ...columnsOf(sample),
    messages: chat.events.map((event) => toMessage(event, options, leftOut)),
    tools: options.tools === "string" ? JSON.stringify(tools) : tools,
  };
  return { kind: "row", row, size: sizeOf(chat.events) };
}

function weightsAreWanted(): InputError {
  return new InputError({
    code: "malformed-row",
    message: 'The option "leave_out" of the format openai wants "weights" too',
    hint: "Say for whom: weights=openai, weights=axolotl or weights=ms-swift.",
  });
}

/** From which turns nothing is to be learned. */
function leftOutOf(sample: ExportInput["sample"], { leave_out }: Options): ReadonlySet<ForeignEvent> {
  const untrained = untrainedTurns(sample);
  return leave_out === "nothing" ? untrained : untrained.union(failedTurns(sample));
}

function failedTurns(sample: ExportInput["sample"]): ReadonlySet<ForeignEvent> {
  const turns = sample.events.filter((event) => event.type === "turn" && event.branch === undefined);
  const failed = walkOf(sample).steps.map(
    ({ calls }) =>
      calls.length > 0 && calls.every(({ malformed, result }) => malformed || (result?.failed ?? false)),
  );
  return new Set(turns.filter((_, index) => failed[index]));
}

function weightOf(isLeftOut: boolean, { weights }: Options): Message {
  if (weights === "openai") return { weight: isLeftOut ? 0 : 1 };
  if (weights === "axolotl") return { train: !isLeftOut };
  return weights === "ms-swift" ? { loss: !isLeftOut } : {};
}

function servedTokensOf({ tokens }: Turn): Message {
  return {
    ...(tokens?.completion === undefined ? {} : { token_ids: [...tokens.completion] }),
    ...(tokens?.logprobs === undefined ? {} : { logprobs: [...tokens.logprobs] }),
  };
}

function toMessage(event: ChatEvent, options: Options, leftOut: ReadonlySet<ForeignEvent>): Message {
  if (event.type === "input") return { role: event.role, content: event.content };
  if (event.type === "result") {
    return {
      role: "tool",
      tool_call_id: event.tool_call_id,
      name: event.tool_name,
      content: event.content,
    };
  }
  return {
    role: "assistant",
    content: event.content,
    ...(event.reasoning === undefined ? {} : { reasoning_content: event.reasoning }),
    ...(event.tool_calls.length === 0
      ? {}
      : { tool_calls: event.tool_calls.map((call) => toToolCall(call, options)) }),
    ...weightOf(leftOut.has(event), options),
    ...(options.served_tokens ? servedTokensOf(event) : {}),
  };
}

function toToolCall(call: Call, options: Options): Message {
  const args = options.arguments === "object" ? call.arguments : argumentsText(call);
  return { id: call.id, type: "function", function: { name: call.name, arguments: args } };
}

function sizeOf(events: readonly ChatEvent[]): RowSize {
  let characters = 0;
  for (const event of events) {
    characters += event.content.length;
    if (event.type !== "turn") continue;
    characters += event.reasoning?.length ?? 0;
    for (const call of event.tool_calls) characters += argumentsText(call).length;
  }
  return { messages: events.length, characters };
}
