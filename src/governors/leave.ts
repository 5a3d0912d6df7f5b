import { z } from "zod";
import type { Admit, CallEnd } from "../governor.ts";
import type { Questions } from "../base/questions.ts";
import { usageSchema } from "../trajectory.ts";

/** What a process that calls a model says to the one that holds its governor: each call is asked for, and told of when it has ended. */
const callEndSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("answered"), usage: usageSchema }),
  z.strictObject({ kind: z.literal("overloaded"), retryAfterMs: z.number().nonnegative().optional() }),
  z.strictObject({ kind: z.literal("failed"), code: z.string(), usage: usageSchema.optional() }),
  z.strictObject({ kind: z.literal("unsent") }),
]);

export const admitSchema = z.strictObject({
  type: z.literal("admit"),
  id: z.int(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
});
/** `permit` is the id of the `admit`. */
export const settleSchema = z.strictObject({
  type: z.literal("settle"),
  id: z.int(),
  permit: z.int(),
  end: callEndSchema,
});
export const leaveQuestionSchema = z.discriminatedUnion("type", [admitSchema, settleSchema]);
export type LeaveQuestion = z.infer<typeof leaveQuestionSchema>;

/** Leave to make one call. What is not admitted ends the process that asks. */
export const admittedSchema = z.strictObject({ type: z.literal("admitted"), id: z.int() });
export const settledSchema = z.strictObject({ type: z.literal("settled"), id: z.int() });
export const leaveAnswerSchema = z.discriminatedUnion("type", [admittedSchema, settledSchema]);
export type LeaveAnswer = z.infer<typeof leaveAnswerSchema>;

/** What was parsed, as the contract's type: JSON has no `undefined`, so what is optional is given or absent. */
export const asCallEnd = (end: z.infer<typeof callEndSchema>): CallEnd => end as CallEnd;
const asSentEnd = (end: CallEnd): z.infer<typeof callEndSchema> => end as z.infer<typeof callEndSchema>;

/** The governor of another process. */
export function admitElsewhere({
  ask,
}: Pick<Questions<LeaveQuestion, { readonly id: number }>, "ask">): Admit {
  return async (size) => {
    const { id: permit } = await ask((id) => ({ type: "admit", id, ...size }));
    return {
      settle: async (end) => void (await ask((id) => ({ type: "settle", id, permit, end: asSentEnd(end) }))),
    };
  };
}
