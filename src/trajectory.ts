import { z } from "zod";
import { jsonSchema } from "./base/json.ts";

/**
 * The canonical record of one attempt: events appended as they happen, each durable before the attempt
 * goes on. Nothing is ever rewritten. ATIF (`trajectories/atif.ts`) and every export are pure views of it.
 */
export const TRAJECTORY_FORMAT = 1;

const timestamp = z.iso.datetime();
const jsonObject = z.record(z.string(), jsonSchema);

export const toolDefinitionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  parameters: jsonObject,
});

export const usageSchema = z.strictObject({
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  cachedTokens: z.int().nonnegative().optional(),
});

export const toolCallSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** An object; `{"malformed": text}` with `malformed` true when the model wrote no JSON object. */
  arguments: jsonObject,
  malformed: z.boolean(),
});

export const trajectoryEventSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("start"),
    schema_version: z.literal(TRAJECTORY_FORMAT),
    at: timestamp,
    attempt: z.string(),
    instance: z.string(),
    agent: z.strictObject({ name: z.string(), version: z.string() }),
    model: z.string().optional(),
    tools: z.array(toolDefinitionSchema),
    isolation: z.string(),
  }),
  z.strictObject({
    type: z.literal("input"),
    at: timestamp,
    role: z.enum(["system", "user"]),
    content: z.string(),
  }),
  z.strictObject({
    type: z.literal("turn"),
    at: timestamp,
    content: z.string(),
    reasoning: z.string().optional(),
    tool_calls: z.array(toolCallSchema),
    usage: usageSchema,
    served_model: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("result"),
    at: timestamp,
    tool_call_id: z.string(),
    tool_name: z.string(),
    content: z.string(),
    is_error: z.boolean(),
    truncated_characters: z.int().nonnegative().optional(),
  }),
  z.strictObject({
    type: z.literal("end"),
    at: timestamp,
    /** An `AgentEndReason`, or `fault` when something outside the agent broke. */
    reason: z.string(),
    detail: z.string().optional(),
  }),
]);
export type TrajectoryEvent = z.infer<typeof trajectoryEventSchema>;
