import { z } from "zod";
import type { AgentEnd, AgentEvent } from "../agent.ts";
import { jsonSchema } from "../base/json.ts";
import { dialectNameSchema, newExchangeSchema } from "../exchange.ts";
import { admitSchema, admittedSchema, settledSchema, settleSchema } from "../governors/leave.ts";
import { samplingSchema } from "../model.ts";
import { MODEL_APIS, TOOL_PROTOCOLS } from "../models/settings.ts";
import type { ToolResult } from "../tool.ts";
import { tokenRecordSchema, toolCallSchema, toolDefinitionSchema, usageSchema } from "../trajectory.ts";

/**
 * What the process that runs attempts (the parent) and the process of one agent (the child) say to each
 * other: one JSON object per line. The child has the instruction, the tools' descriptions and the model's
 * settings, and nothing else; tools run, and events are kept, in the parent.
 */

const toolResultSchema = z.strictObject({
  content: z.string(),
  isError: z.boolean(),
  finished: z.boolean().optional(),
  truncatedCharacters: z.int().nonnegative().optional(),
});

const modelSettingsSchema = z.strictObject({
  api: z.enum(MODEL_APIS),
  name: z.string(),
  baseUrl: z.string(),
  servedAs: z.array(z.string()).readonly().optional(),
  /** Sent here and not in the environment, which other processes of the same user can read. */
  apiKey: z.string().optional(),
  timeoutMs: z.number().positive().optional(),
  idleTimeoutMs: z.number().positive().optional(),
  maxRetries: z.int().nonnegative().optional(),
  stream: z.boolean().optional(),
  toolProtocol: z.enum(TOOL_PROTOCOLS).optional(),
  sampling: samplingSchema.optional(),
});

/** The parent's first line. */
export const startSchema = z.strictObject({
  agent: z.string(),
  settings: z.strictObject({
    maxOutputTokens: z.int().positive().optional(),
    temperature: z.number().optional(),
    tools: z.string().optional(),
    contextWindow: z.int().positive().optional(),
    condense: z.boolean().optional(),
    /** A file of this machine: the only path that an agent's process is told. */
    tokenizer: z.string().optional(),
  }),
  model: modelSettingsSchema.optional(),
  instruction: z.string(),
  tools: z.array(toolDefinitionSchema),
  limits: z.strictObject({
    maxSteps: z.int().positive(),
    deadlineSeconds: z.number().positive(),
    maxTokens: z.int().positive().optional(),
  }),
  /** Milliseconds left at this moment. */
  remainingMs: z.number(),
  /** Each request to the model must be admitted by the parent. */
  governed: z.boolean(),
});
export type Start = z.infer<typeof startSchema>;

/** The parent's answers; `id` is that of the message answered. */
export const parentMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("result"), id: z.int(), result: toolResultSchema }),
  z.strictObject({
    type: z.literal("recorded"),
    id: z.int(),
    /** Of an exchange. */
    number: z.int().positive(),
  }),
  /** What is not admitted ends the attempt, and with it this process. */
  admittedSchema,
  settledSchema,
]);
export type ParentMessage = z.infer<typeof parentMessageSchema>;

const assistantSchema = z.strictObject({
  role: z.literal("assistant"),
  content: z.string(),
  reasoning: z.string().optional(),
  toolCalls: z.array(toolCallSchema),
  native: z.strictObject({ dialect: dialectNameSchema, message: jsonSchema }).optional(),
});
const messageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "user"]), content: z.string() }),
  assistantSchema,
  z.strictObject({
    role: z.literal("tool"),
    toolCallId: z.string(),
    toolName: z.string(),
    content: z.string(),
  }),
]);

const eventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("input"),
    role: z.enum(["system", "user"]),
    content: z.string(),
    branch: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("turn"),
    message: assistantSchema,
    usage: usageSchema,
    servedModel: z.string().optional(),
    stop: z.enum(["end", "tool-calls", "length", "other"]).optional(),
    tokens: tokenRecordSchema.optional(),
    exchange: z.int().positive().optional(),
    branch: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("result"),
    toolCallId: z.string(),
    toolName: z.string(),
    result: toolResultSchema,
    branch: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("context"),
    reason: z.enum(["condensed"]),
    messages: z.array(messageSchema),
    branch: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("branch"),
    id: z.string(),
    kind: z.enum(["sub-agent", "compaction", "retry", "other"]),
    parent: z.string().optional(),
    after: z.int().nonnegative(),
  }),
]);

const endSchema = z.strictObject({
  reason: z.enum([
    "finished",
    "stopped-calling-tools",
    "repeated-calls",
    "step-limit",
    "deadline",
    "token-limit",
    "cost-limit",
    "exchange-limit",
    "context-limit",
    "exited-with-error",
  ]),
  detail: z.string().optional(),
});

export const childMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("call"),
    id: z.int(),
    name: z.string(),
    arguments: z.record(z.string(), jsonSchema),
  }),
  /** Nobody waits for an answer: messages are served in order, so that no call runs and no end is told before what came first is kept. */
  z.strictObject({ type: z.literal("record"), event: eventSchema }),
  z.strictObject({ type: z.literal("exchange"), id: z.int(), exchange: newExchangeSchema }),
  admitSchema,
  settleSchema,
  z.strictObject({ type: z.literal("end"), end: endSchema }),
  z.strictObject({
    type: z.literal("fault"),
    boundary: z.enum(["model", "agent"]),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    fields: z.record(z.string(), z.unknown()),
  }),
]);
export type ChildMessage = z.infer<typeof childMessageSchema>;
export type Fault = Extract<ChildMessage, { type: "fault" }>;

/** What was parsed, as the contracts' types: JSON has no `undefined`, so what is optional is given or absent. */
export const asEvent = (event: z.infer<typeof eventSchema>): AgentEvent => event as AgentEvent;
export const asEnd = (end: z.infer<typeof endSchema>): AgentEnd => end as AgentEnd;
export const asResult = (result: z.infer<typeof toolResultSchema>): ToolResult => result as ToolResult;

/** The same the other way: what the contracts hold read-only, as the wire's types. */
export const asSent = (event: AgentEvent): z.infer<typeof eventSchema> =>
  event as z.infer<typeof eventSchema>;
