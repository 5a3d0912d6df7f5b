import type { Json } from "../../base/json.ts";
import type { AskedFor, WriteOptions } from "../../dialect.ts";
import type { Message, ModelRequest, Sampling, ToolDefinition } from "../../model.ts";
import { partTexts } from "../shared/content.ts";
import { notARequest } from "../shared/failures.ts";
import { defined } from "../../base/defined.ts";
import { isObject, objectOf, objectsOf, textOf, without, type JsonObject } from "../shared/json.ts";
import { toolNames } from "../shared/tool-calls.ts";
import { readTurn, writeBlocks } from "./message.ts";

/** The dialect demands a limit. */
const DEFAULT_MAX_OUTPUT_TOKENS = 8192;
const CACHE_MARK = { cache_control: { type: "ephemeral" } };

interface Turn {
  readonly role: "user" | "assistant";
  readonly content: JsonObject[];
}

export function writeRequest(request: ModelRequest, { model, stream, cache }: WriteOptions): JsonObject {
  const first = request.messages.findIndex(({ role }) => role !== "system");
  const start = first === -1 ? request.messages.length : first;
  const system = request.messages.slice(0, start).map(({ content }) => content);
  const turns = toTurns(request.messages.slice(start));
  if (cache) markTurns(turns);
  return {
    model,
    ...writeSampling(request.sampling),
    stream,
    ...(request.tools.length === 0 ? {} : { tools: marked(request.tools.map(writeTool), cache) }),
    ...(system.length === 0
      ? {}
      : { system: marked([{ type: "text", text: system.join("\n\n") || "(empty)" }], cache) }),
    messages: turns.map(({ role, content }) => ({ role, content })),
  };
}

function writeSampling(sampling: Sampling = {}): JsonObject {
  const { more = {} } = sampling;
  const effort = sampling.reasoningEffort;
  return {
    max_tokens: sampling.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
    ...defined({
      temperature: sampling.temperature,
      top_p: sampling.topP,
      top_k: sampling.topK,
      // The dialect's author has no words for these three; compatible servers do.
      min_p: sampling.minP,
      repetition_penalty: sampling.repetitionPenalty,
      seed: sampling.seed,
      stop_sequences: sampling.stop === undefined ? undefined : [...sampling.stop],
    }),
    ...(effort === undefined ? {} : { output_config: { effort } }),
    ...without({ ...more }, "model", "stream", "tools", "system", "messages"),
  };
}

function writeTool({ name, description, parameters }: ToolDefinition): JsonObject {
  return { name, description, input_schema: { ...parameters } };
}

/** The dialect wants turns to alternate, so that all results of one turn's calls stand in one user turn. */
function toTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const turn: Turn = {
      role: message.role === "assistant" ? "assistant" : "user",
      content: writeBlocks(message),
    };
    const last = turns.at(-1);
    if (last?.role === turn.role) last.content.push(...turn.content);
    else turns.push(turn);
  }
  return turns;
}

function marked(blocks: JsonObject[], cache: boolean): JsonObject[] {
  if (!cache) return blocks;
  return blocks.map((block, index) => (index === blocks.length - 1 ? { ...block, ...CACHE_MARK } : block));
}

/**
 * Lets the service keep what it read until here, and find what it kept at the turn before: it looks back only over some blocks, and a
 * turn with many calls has more. With tools and system these are the four marks that the dialect allows.
 */
function markTurns(turns: readonly Turn[]): void {
  for (const { content } of turns.filter(({ role }) => role === "user").slice(-2)) {
    const last = content.at(-1);
    if (last !== undefined) Object.assign(last, CACHE_MARK);
  }
}

export function readRequest(body: Json): AskedFor {
  if (!isObject(body)) throw notARequest("the body is not a JSON object");
  if (!Array.isArray(body["messages"])) throw notARequest('the field "messages" is not a list');
  if (typeof body["model"] !== "string") throw notARequest('the field "model" is not a text');
  const system = partTexts(body["system"]);
  const messages: Message[] = system.length === 0 ? [] : [{ role: "system", content: system.join("\n\n") }];
  for (const raw of objectsOf(body["messages"])) messages.push(...readTurn(raw, toolNames(messages)));
  const tools = objectsOf(body["tools"]);
  const others = tools.filter((tool) => !isObject(tool["input_schema"]));
  return {
    model: body["model"],
    messages,
    tools: tools.filter((tool) => isObject(tool["input_schema"])).map(readTool),
    stream: body["stream"] === true,
    more: {
      ...without(body, "model", "messages", "system", "tools", "stream"),
      ...(others.length === 0 ? {} : { tools: others }),
    },
  };
}

function readTool({ name, description, input_schema: schema }: JsonObject): ToolDefinition {
  return { name: textOf(name), description: textOf(description), parameters: objectOf(schema) };
}
