import type { Json } from "../../base/json.ts";
import type { AskedFor, WriteOptions } from "../../dialect.ts";
import type { Message, ModelRequest, Sampling, ToolDefinition } from "../../model.ts";
import { notARequest } from "../shared/failures.ts";
import { defined } from "../../base/defined.ts";
import { isObject, objectOf, objectsOf, textOf, without, type JsonObject } from "../shared/json.ts";
import { toolNames } from "../shared/tool-calls.ts";
import { readItems, writeItems } from "./items.ts";

/** The whole history each time (`store` is false): the record needs no state of the service. */
export function writeRequest(request: ModelRequest, { model, stream }: WriteOptions): JsonObject {
  const [first, ...rest] = request.messages;
  const instructed = first?.role === "system";
  const input = instructed ? rest : request.messages;
  return {
    model,
    ...writeSampling(request.sampling),
    stream,
    ...(instructed ? { instructions: first.content } : {}),
    ...(request.tools.length === 0 ? {} : { tools: request.tools.map(writeTool) }),
    input: input.flatMap(writeItems),
  };
}

function writeSampling(sampling: Sampling = {}): JsonObject {
  const effort = sampling.reasoningEffort;
  return {
    ...defined({
      max_output_tokens: sampling.maxOutputTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      // OpenAI has no words for these five; compatible servers do.
      top_k: sampling.topK,
      min_p: sampling.minP,
      repetition_penalty: sampling.repetitionPenalty,
      seed: sampling.seed,
      stop: sampling.stop === undefined ? undefined : [...sampling.stop],
    }),
    // Thinking that the service does not keep must come back with the history; models that do not think refuse to be asked for it.
    ...(effort === undefined ? {} : { reasoning: { effort }, include: ["reasoning.encrypted_content"] }),
    store: false,
    ...without({ ...sampling.more }, "model", "stream", "tools", "instructions", "input"),
  };
}

/** Not `strict`: schemas of tools have optional parameters. */
function writeTool({ name, description, parameters }: ToolDefinition): JsonObject {
  return { type: "function", name, description, parameters: { ...parameters }, strict: false };
}

export function readRequest(body: Json): AskedFor {
  if (!isObject(body)) throw notARequest("the body is not a JSON object");
  const { input, model, instructions } = body;
  if (typeof model !== "string") throw notARequest('the field "model" is not a text');
  if (typeof input !== "string" && !Array.isArray(input))
    throw notARequest('the field "input" is neither a text nor a list');
  const items = typeof input === "string" ? [{ role: "user", content: input }] : objectsOf(input);
  const system: Message[] =
    typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  const tools = objectsOf(body["tools"]);
  const others = tools.filter(({ type }) => type !== "function");
  return {
    model,
    messages: [...system, ...readItems(items, (messages, id) => toolNames(messages)(id))],
    tools: tools.map(readTool).filter((tool) => tool !== undefined),
    stream: body["stream"] === true,
    more: {
      ...without(body, "model", "instructions", "input", "tools", "stream"),
      ...(others.length === 0 ? {} : { tools: others }),
    },
  };
}

/** Tools that take one text count as ones with the parameter `input`; those that the service runs itself are none of ours. */
function readTool(tool: JsonObject): ToolDefinition | undefined {
  const { type, name, description, parameters } = tool;
  const named = { name: textOf(name), description: textOf(description) };
  if (type === "function") return { ...named, parameters: objectOf(parameters) };
  return type === "custom" ? { ...named, parameters: TEXT_INPUT } : undefined;
}

const TEXT_INPUT: JsonObject = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
};
