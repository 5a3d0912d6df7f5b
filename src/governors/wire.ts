import type { Socket } from "node:net";
import { z } from "zod";
import { defined } from "../base/defined.ts";
import { BudgetError, EnvironmentError, HybridGymError, messageOf } from "../base/errors.ts";
import type { EndpointHealth, EndpointLimits } from "../governor.ts";

/**
 * What the processes of a machine say to the one that holds their gate (the leader): one JSON object a line. `ask` is a number of the
 * asker's own, which the answer bears.
 */
export const WIRE_VERSION = 1;

const amount = z.strictObject({ dollars: z.number(), tokens: z.number() });
const caps = z.strictObject({ dollars: z.number().optional(), tokens: z.number().optional() });
const call = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  run: z.string(),
  reserved: amount,
  caps,
});
export const limitsSchema = z.strictObject({
  concurrency: z.number().positive().optional(),
  requestsPerMinute: z.number().positive().optional(),
  tokensPerMinute: z.number().positive().optional(),
});
const placedLimits = z.strictObject({ endpoint: z.string(), limits: limitsSchema });
const healthSchema = z.strictObject({
  endpoint: z.string(),
  limit: z.number(),
  underWay: z.number(),
  waiting: z.number(),
  pausedUntil: z.string().optional(),
  pausedBecause: z.string().optional(),
  answered: z.number(),
  overloaded: z.number(),
  failed: z.number(),
  tokens: z.number(),
  dollars: z.number(),
  today: amount,
  limits: limitsSchema,
});

export const askSchema = z.discriminatedUnion("type", [
  /** The first line: who asks, what it has under way from an earlier leader, and the limits that it knows of. */
  z.strictObject({
    type: z.literal("hello"),
    ask: z.int(),
    version: z.int(),
    underWay: z.array(z.strictObject({ call, day: z.string() })),
    limits: z.array(placedLimits),
  }),
  z.strictObject({ type: z.literal("admit"), ask: z.int(), call }),
  /** Of an `admit` that is not answered yet. */
  z.strictObject({ type: z.literal("cancel"), ask: z.int(), id: z.string() }),
  z.strictObject({
    type: z.literal("settle"),
    ask: z.int(),
    id: z.string(),
    end: z.strictObject({
      kind: z.enum(["answered", "overloaded", "failed", "unsent"]),
      spent: amount,
      retryAfterMs: z.number().optional(),
    }),
  }),
  z.strictObject({ type: z.literal("adjust"), ask: z.int(), endpoint: z.string(), limits: limitsSchema }),
  z.strictObject({ type: z.literal("health"), ask: z.int() }),
  z.strictObject({ type: z.literal("today"), ask: z.int(), endpoint: z.string() }),
]);
export type Ask = z.infer<typeof askSchema>;

export const answerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("done"), ask: z.int() }),
  z.strictObject({ type: z.literal("welcome"), ask: z.int(), version: z.int() }),
  z.strictObject({ type: z.literal("admitted"), ask: z.int(), day: z.string() }),
  z.strictObject({ type: z.literal("health"), ask: z.int(), endpoints: z.array(healthSchema) }),
  z.strictObject({ type: z.literal("today"), ask: z.int(), spent: amount }),
  z.strictObject({
    type: z.literal("refused"),
    ask: z.int(),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    fields: z.record(z.string(), z.unknown()),
  }),
  /** Unasked: somebody changed the limits of an endpoint. */
  z.strictObject({ type: z.literal("limits"), ...placedLimits.shape }),
]);
export type Answer = z.infer<typeof answerSchema>;

export function send(socket: Socket, message: Ask | Answer): void {
  if (!socket.destroyed && socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls with each message that fits; whoever says something else is cut off. */
export function listenTo<T>(socket: Socket, schema: z.ZodType<T>, onMessage: (message: T) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = schema.safeParse(parse(line));
      if (!message.success) return void socket.destroy();
      onMessage(message.data);
    }
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** An error as it travels, and as it comes out at the other end. */
export function toRefused(ask: number, error: unknown): Answer {
  const { code = "internal", hint, fields = {} } = error instanceof HybridGymError ? error : {};
  return {
    type: "refused",
    ask,
    code,
    message: messageOf(error),
    fields,
    ...(hint === undefined ? {} : { hint }),
  };
}

export function fromRefused({
  code,
  message,
  hint,
  fields,
}: Extract<Answer, { type: "refused" }>): HybridGymError {
  const details = { code, message, hint, fields };
  return code.endsWith("-budget-spent") ? new BudgetError(details) : new EnvironmentError(details);
}

/** What was parsed, as the contract's types. */
export const toLimits = (limits: z.infer<typeof limitsSchema>): EndpointLimits => defined(limits);
export const toHealth = ({ limits, ...health }: z.infer<typeof healthSchema>): EndpointHealth => ({
  ...defined(health),
  limits: toLimits(limits),
});
