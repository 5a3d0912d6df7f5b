import type { Json } from "../../base/json.ts";
import { isObject } from "../../dialects/shared/json.ts";
import { toToolCalls } from "../../dialects/shared/tool-calls.ts";
import type {
  AssistantMessage,
  Message,
  Model,
  ModelRequest,
  ModelResponse,
  ToolDefinition,
} from "../../model.ts";
import { type CallStyle, readCalls, STOP_WORD, writeCall } from "./calls.ts";
import { toolPrompt } from "./prompt.ts";

/**
 * A model that calls tools in the text of its answers, as OpenHands has models do it that have no calls of their own: tools are described
 * in the system prompt, and results are user turns.
 */
export function textToolsModel(model: Model): Model {
  return {
    name: model.name,
    async complete(request) {
      if (request.tools.length === 0) return model.complete(request);
      const { sampling } = request;
      const response = await model.complete({
        ...request,
        messages: writeAsText(request.messages, request.tools),
        tools: [],
        sampling: { ...sampling, stop: [...(sampling?.stop ?? []), STOP_WORD] },
      });
      return fromText(response, request);
    },
  };
}

/**
 * A conversation as such a model is given it: none of its messages has a call or is a result. Where no tools are known nothing is said of
 * any: records of others often name them in their own system prompt alone, and a list of none would contradict it.
 */
export function writeAsText(
  messages: readonly Message[],
  tools: readonly ToolDefinition[],
  style: CallStyle = "openhands",
): Message[] {
  if (tools.length === 0) return turns(messages, style);
  const prompt = toolPrompt(tools);
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: prompt }, ...turns(messages, style)];
  return [{ ...first, content: first.content + prompt }, ...turns(rest, style)];
}

/** One call to a turn: parallel ones become turns in order, each followed by its result. */
function turns(messages: readonly Message[], style: CallStyle): Message[] {
  const results = new Map(
    messages.flatMap((message) => (message.role === "tool" ? [[message.toolCallId, message] as const] : [])),
  );
  const answered = new Set<string>();
  return messages.flatMap((message): Message[] => {
    if (message.role === "tool") return answered.has(message.toolCallId) ? [] : [toResult(message, style)];
    if (message.role !== "assistant") return [message];
    const { toolCalls, content, native } = message;
    if (toolCalls.length <= 1 && native !== undefined)
      return [{ ...message, content: ownText(native) ?? content, toolCalls: [] }];
    if (toolCalls.length === 0) return [message];
    return toolCalls.flatMap((call, index): Message[] => {
      const said = [index === 0 ? content : "", writeCall(call, style)].filter((part) => part !== "");
      const result = results.get(call.id);
      answered.add(call.id);
      return [
        { role: "assistant", content: said.join("\n\n"), toolCalls: [] },
        ...(result === undefined ? [] : [toResult(result, style)]),
      ];
    });
  });
}

function toResult({ toolName, content }: Extract<Message, { role: "tool" }>, style: CallStyle): Message {
  if (style === "swe-agent") return { role: "user", content: observed(content) };
  return { role: "user", content: `EXECUTION RESULT of [${toolName}]:\n${content}` };
}

const NO_OUTPUT = "Your command ran successfully and did not produce any output.";
const CLIPPED = /<response clipped><NOTE>Observations should not exceeded [^<]*<\/NOTE>$/;

/** As SWE-agent's templates put it; results of its own runs may have these words already. */
function observed(content: string): string {
  if (content === "" || content === NO_OUTPUT) return NO_OUTPUT;
  if (/^(?:OBSERVATION:\n|Observation: )/.test(content)) return content;
  return CLIPPED.test(content) ? `Observation: ${content}` : `OBSERVATION:\n${content}`;
}

function fromText(response: ModelResponse, request: ModelRequest): ModelResponse {
  const answer = response.message.content;
  const said = readCalls(answer, response.stop === "length", request.tools);
  const toolCalls = toToolCalls(said.calls, request.messages);
  return {
    ...response,
    message: withText({ ...response.message, content: said.content, toolCalls }, answer, said.text),
    stop: response.stop === "length" ? "length" : toolCalls.length > 0 ? "tool-calls" : response.stop,
  };
}

/** The model's own text goes back to it as it was, also where its calls would be written otherwise. */
function withText(message: AssistantMessage, answer: string, text: string): AssistantMessage {
  const { native, content, toolCalls } = message;
  if (native !== undefined)
    return { ...message, native: { ...native, message: replaced(native.message, answer, text) } };
  const written = [content, ...toolCalls.map((call) => writeCall(call))]
    .filter((part) => part !== "")
    .join("\n\n");
  return written === text
    ? message
    : { ...message, native: { dialect: "chat", message: { role: "assistant", content: text } } };
}

function ownText(native: NonNullable<AssistantMessage["native"]>): string | undefined {
  const content = isObject(native.message) ? native.message["content"] : undefined;
  return typeof content === "string" ? content : undefined;
}

/** Wherever the dialect has the text. */
function replaced(value: Json, from: string, to: string): Json {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((item) => replaced(item, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item, from, to)]));
}
