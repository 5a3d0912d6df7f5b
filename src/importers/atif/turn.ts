import { defined } from "../../base/defined.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import type { Fields } from "../shared/fields.ts";
import { readAtifCall } from "./call.ts";

export type Turn = Omit<Extract<ForeignEvent, { type: "turn" }>, "type" | "at" | "branch">;

export interface TurnContext {
  readonly repaired: Set<string>;
  readonly hasModel: boolean;
  /** Of a history that was given anew. */
  readonly isCopied: boolean;
}

/** A step of the agent without its time and results. */
export function readTurn(step: Fields, content: string, { repaired, hasModel, isCopied }: TurnContext): Turn {
  const extra = step.fields("extra");
  const metrics = step.fields("metrics");
  const ids = new Set<string>();
  const tool_calls = step.list("tool_calls").map((call) => readAtifCall(call, ids, repaired));
  const stop = STOPS.find((one) => one === extra.peek("stop"));
  extra.again("stop", stop);
  const exchange = extra.peek("exchange") === 0 ? undefined : extra.count("exchange");
  const reasoning = step.text("reasoning_content");
  const served_model = step.text("model_name");
  const usage = defined({
    inputTokens: metrics.count("prompt_tokens"),
    outputTokens: metrics.count("completion_tokens"),
    cachedTokens: metrics.count("cached_tokens"),
  });
  const tokens = readTokens(metrics);
  const isMeasured = Object.keys(usage).length > 0 || tokens !== undefined;
  const byModel = isCopied
    ? reasoning !== undefined
    : hasModel || served_model !== undefined || isMeasured || reasoning !== undefined;
  step.again("llm_call_count", byModel ? 1 : 0);
  if (content === "" && !reasoning && tool_calls.length === 0 && !isCopied) repaired.add("empty-turn");
  return { content, tool_calls, usage, ...defined({ reasoning, served_model, stop, tokens, exchange }) };
}

const STOPS = ["end", "tool-calls", "length", "other"] as const;

function readTokens(metrics: Fields): Turn["tokens"] {
  const prompt = numbers(metrics, "prompt_token_ids", isId);
  const completion = numbers(metrics, "completion_token_ids", isId);
  const logprobs = numbers(metrics, "logprobs", Number.isFinite);
  return (prompt ?? completion ?? logprobs) ? defined({ prompt, completion, logprobs }) : undefined;
}

const isId = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function numbers(owner: Fields, name: string, fits: (value: number) => boolean): number[] | undefined {
  const value = owner.peek(name);
  if (!Array.isArray(value)) return undefined;
  const found = value.filter((one) => typeof one === "number" && fits(one)).map(Number);
  if (found.length < value.length) return undefined;
  owner.value(name);
  return found;
}
