import type { Json } from "../../base/json.ts";
import type { AskedFor, WriteOptions } from "../../dialect.ts";
import type { Message, ModelRequest, Sampling, ToolDefinition } from "../../model.ts";
import { notARequest } from "../shared/failures.ts";
import { defined } from "../../base/defined.ts";
import { isObject, objectOf, objectsOf, textOf, without, type JsonObject } from "../shared/json.ts";
import { toolNames } from "../shared/tool-calls.ts";
import { readMessage, writeMessage } from "./message.ts";

/** What grows stands last: a longer history's body begins with the bytes of the shorter one. */
export function writeRequest(request: ModelRequest, options: WriteOptions): JsonObject {
  return {
    model: options.model,
    ...writeSampling(request.sampling, options),
    stream: options.stream,
    ...(options.stream
      ? { stream_options: { include_usage: true, ...objectOf(request.sampling?.more?.["stream_options"]) } }
      : {}),
    ...(request.tools.length === 0 ? {} : { tools: request.tools.map(writeTool) }),
    messages: request.messages.map(writeMessage),
  };
}

function writeSampling(
  sampling: Sampling = {},
  { outputLimitField = "max_tokens" }: WriteOptions,
): JsonObject {
  const { maxOutputTokens } = sampling;
  return {
    ...(maxOutputTokens === undefined ? {} : { [outputLimitField]: maxOutputTokens }),
    ...defined({
      temperature: sampling.temperature,
      top_p: sampling.topP,
      top_k: sampling.topK,
      min_p: sampling.minP,
      repetition_penalty: sampling.repetitionPenalty,
      seed: sampling.seed,
      stop: sampling.stop === undefined ? undefined : [...sampling.stop],
      reasoning_effort: sampling.reasoningEffort,
    }),
    ...without({ ...sampling.more }, "model", "stream", "stream_options", "tools", "messages"),
  };
}

function writeTool({ name, description, parameters }: ToolDefinition): JsonObject {
  return { type: "function", function: { name, description, parameters: { ...parameters } } };
}

export function readRequest(body: Json): AskedFor {
  if (!isObject(body)) throw notARequest("the body is not a JSON object");
  if (!Array.isArray(body["messages"])) throw notARequest('the field "messages" is not a list');
  if (typeof body["model"] !== "string") throw notARequest('the field "model" is not a text');
  const messages: Message[] = [];
  for (const raw of objectsOf(body["messages"])) messages.push(readMessage(raw, toolNames(messages)));
  const tools = objectsOf(body["tools"]);
  const others = tools.filter((tool) => !isFunction(tool));
  return {
    model: body["model"],
    messages,
    tools: tools.filter(isFunction).map(readTool),
    stream: body["stream"] === true,
    more: {
      ...without(body, "model", "messages", "tools", "stream"),
      ...(others.length === 0 ? {} : { tools: others }),
    },
  };
}

const isFunction = (tool: JsonObject) => tool["type"] === "function" || isObject(tool["function"]);

function readTool(tool: JsonObject): ToolDefinition {
  const { name, description, parameters } = objectOf(tool["function"]);
  return { name: textOf(name), description: textOf(description), parameters: objectOf(parameters) };
}
