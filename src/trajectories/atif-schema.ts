import { z } from "zod";
import { jsonSchema } from "../base/json.ts";

/**
 * ATIF-v1.7, the Agent Trajectory Interchange Format of Harbor
 * (github.com/harbor-framework/harbor, rfcs/0001-trajectory-format.md). Every object forbids unknown keys;
 * what has no field of its own goes under `extra`.
 */
export const ATIF_VERSION = "ATIF-v1.7";

const extra = z.record(z.string(), jsonSchema).optional();
const tokens = z.int().nonnegative().optional();

const contentPart = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  z.strictObject({
    type: z.literal("image"),
    source: z.strictObject({ media_type: z.string(), path: z.string() }),
  }),
]);
const content = z.union([z.string(), z.array(contentPart)]);

const toolCall = z.strictObject({
  tool_call_id: z.string(),
  function_name: z.string(),
  /** An object, never a string. */
  arguments: z.record(z.string(), jsonSchema),
  extra,
});

const observationResult = z.strictObject({
  source_call_id: z.string().nullable().optional(),
  content: content.optional(),
  /** Each names an embedded trajectory, or a file. */
  subagent_trajectory_ref: z
    .array(
      z.strictObject({
        trajectory_id: z.string().optional(),
        trajectory_path: z.string().optional(),
        session_id: z.string().optional(),
        extra,
      }),
    )
    .optional(),
  extra,
});

const metrics = z.strictObject({
  /** All input tokens, cached ones included. */
  prompt_tokens: tokens,
  completion_tokens: tokens,
  cached_tokens: tokens,
  cost_usd: z.number().optional(),
  prompt_token_ids: z.array(z.int()).optional(),
  completion_token_ids: z.array(z.int()).optional(),
  logprobs: z.array(z.number()).optional(),
  extra,
});

const AGENT_ONLY = ["model_name", "reasoning_effort", "reasoning_content", "tool_calls", "metrics"] as const;

const atifStepSchema = z
  .strictObject({
    /** From 1, without gaps. */
    step_id: z.int().positive(),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    source: z.enum(["system", "user", "agent"]),
    message: content,
    model_name: z.string().optional(),
    reasoning_effort: z.union([z.string(), z.number()]).optional(),
    reasoning_content: z.string().optional(),
    tool_calls: z.array(toolCall).optional(),
    observation: z.strictObject({ results: z.array(observationResult) }).optional(),
    metrics: metrics.optional(),
    is_copied_context: z.boolean().optional(),
    /** 0 means that no model took part: then there are no metrics and no reasoning. */
    llm_call_count: z.int().nonnegative().optional(),
    extra,
  })
  .superRefine((step, context) => {
    if (step.source !== "agent") {
      for (const field of AGENT_ONLY) {
        if (step[field] !== undefined) {
          context.addIssue({
            code: "custom",
            path: [field],
            message: "only a step of the agent may have this",
          });
        }
      }
    } else if (step.llm_call_count === 0 && (step.metrics ?? step.reasoning_content) !== undefined) {
      context.addIssue({
        code: "custom",
        message: "a step without a model has neither metrics nor reasoning",
      });
    }
    const calls = new Set(step.tool_calls?.map((call) => call.tool_call_id));
    for (const result of step.observation?.results ?? []) {
      if (typeof result.source_call_id === "string" && !calls.has(result.source_call_id)) {
        context.addIssue({
          code: "custom",
          path: ["observation"],
          message: `no call ${result.source_call_id} in this step`,
        });
      }
    }
  });
export type AtifStep = z.infer<typeof atifStepSchema>;

const trajectory = z.strictObject({
  schema_version: z.literal(ATIF_VERSION),
  /** Optional in the format; older readers need it, so ours is always there. */
  session_id: z.string(),
  /** Of an embedded trajectory, among its siblings. */
  trajectory_id: z.string().optional(),
  agent: z.strictObject({
    name: z.string(),
    version: z.string(),
    model_name: z.string().optional(),
    /** In the form of OpenAI's function tools. */
    tool_definitions: z.array(z.record(z.string(), jsonSchema)).optional(),
    extra,
  }),
  steps: z.array(atifStepSchema),
  notes: z.string().optional(),
  final_metrics: z
    .strictObject({
      total_prompt_tokens: tokens,
      total_completion_tokens: tokens,
      total_cached_tokens: tokens,
      total_cost_usd: z.number().optional(),
      total_steps: tokens,
      extra,
    })
    .optional(),
  continued_trajectory_ref: z.string().optional(),
  extra,
});
type Trajectory = z.infer<typeof trajectory>;

const embeddedTrajectory = trajectory.extend({ trajectory_id: z.string() }).superRefine(checkNumbering);
export type AtifEmbedded = z.infer<typeof embeddedTrajectory>;

/** Ours embeds one level deep: a branch of a branch stands beside it and names it in `extra.branch`. */
export const atifTrajectorySchema = trajectory
  .extend({ subagent_trajectories: z.array(embeddedTrajectory).optional() })
  .superRefine(checkNumbering)
  .superRefine(({ subagent_trajectories: embedded = [] }, context) => {
    const ids = embedded.map((one) => one.trajectory_id);
    if (new Set(ids).size === ids.length) return;
    context.addIssue({
      code: "custom",
      path: ["subagent_trajectories"],
      message: "two embedded trajectories have one trajectory_id",
    });
  });
export type AtifTrajectory = z.infer<typeof atifTrajectorySchema>;

function checkNumbering({ steps }: Trajectory, context: z.RefinementCtx): void {
  for (const [index, step] of steps.entries()) {
    if (step.step_id === index + 1) continue;
    context.addIssue({
      code: "custom",
      path: ["steps", index, "step_id"],
      message: `expected ${index + 1}: steps are numbered from 1 without gaps`,
    });
  }
}
