import { z } from "zod";
import { jsonSchema } from "./base/json.ts";

/**
 * The canonical record of one attempt: events appended as they happen, each durable before the attempt
 * goes on. Nothing is ever rewritten. ATIF (`trajectories/atif.ts`) and every export are pure views of it.
 */
export const TRAJECTORY_FORMAT = 2;
/** Its events are events of today's format as well. */
const FIRST_FORMAT = 1;

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

const tokenIds = z.array(z.int().nonnegative());
export const tokenRecordSchema = z.strictObject({
  prompt: tokenIds.optional(),
  completion: tokenIds.optional(),
  logprobs: z.array(z.number()).optional(),
});

/** As `Message` of the model contract, in the record's spelling. */
const messageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "user"]), content: z.string() }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.string(),
    reasoning: z.string().optional(),
    tool_calls: z.array(toolCallSchema),
  }),
  z.strictObject({
    role: z.literal("tool"),
    tool_call_id: z.string(),
    tool_name: z.string(),
    content: z.string(),
  }),
]);

export type TrajectoryMessage = z.infer<typeof messageSchema>;

/** A line of the conversation beside the main one, named by an event `branch` before. */
const branch = z.string().optional();

/** The events of a record whose times are as `at` has it. */
function eventsWith<At extends z.ZodType>(at: At) {
  return z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("start"),
      schema_version: z.union([z.literal(FIRST_FORMAT), z.literal(TRAJECTORY_FORMAT)]),
      at,
      attempt: z.string(),
      instance: z.string(),
      agent: z.strictObject({ name: z.string(), version: z.string() }),
      model: z.string().optional(),
      /** As it was sent, in the fields of `Sampling`. */
      sampling: jsonObject.optional(),
      tools: z.array(toolDefinitionSchema),
      isolation: z.string(),
    }),
    z.strictObject({
      type: z.literal("input"),
      at,
      role: z.enum(["system", "user"]),
      content: z.string(),
      branch,
    }),
    z.strictObject({
      type: z.literal("turn"),
      at,
      content: z.string(),
      reasoning: z.string().optional(),
      tool_calls: z.array(toolCallSchema),
      usage: usageSchema,
      served_model: z.string().optional(),
      stop: z.enum(["end", "tool-calls", "length", "other"]).optional(),
      tokens: tokenRecordSchema.optional(),
      /** Number of the exchange in `exchanges.jsonl.gz` in which it came. */
      exchange: z.int().positive().optional(),
      branch,
    }),
    z.strictObject({
      type: z.literal("result"),
      at,
      tool_call_id: z.string(),
      tool_name: z.string(),
      content: z.string(),
      is_error: z.boolean(),
      truncated_characters: z.int().nonnegative().optional(),
      /** The call with which the agent said that it is done. */
      finished: z.boolean().optional(),
      branch,
    }),
    z.strictObject({
      type: z.literal("tools"),
      at,
      /** Of a program with tools of its own, in the place of the beginning's. */
      tools: z.array(toolDefinitionSchema),
    }),
    z.strictObject({
      type: z.literal("context"),
      at,
      reason: z.enum(["condensed"]),
      /** The history that the model is given from here on, in place of all before. */
      messages: z.array(messageSchema),
      branch,
    }),
    z.strictObject({
      type: z.literal("branch"),
      at,
      id: z.string(),
      kind: z.enum(["sub-agent", "compaction", "retry", "other"]),
      parent: z.string().optional(),
      /** Turns of the parent before it. */
      after: z.int().nonnegative(),
    }),
    z.strictObject({
      type: z.literal("end"),
      at,
      /** An `AgentEndReason`, or `fault` when something outside the agent broke. */
      reason: z.string(),
      detail: z.string().optional(),
    }),
  ]);
}

export const trajectoryEventSchema = eventsWith(timestamp);
export type TrajectoryEvent = z.infer<typeof trajectoryEventSchema>;

/** An event that somebody else recorded, and did not always say when. Whatever reads these reads ours. */
export const foreignEventSchema = eventsWith(timestamp.optional());
export type ForeignEvent = z.infer<typeof foreignEventSchema>;
