import { defined } from "../../base/defined.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import type { Fields } from "../shared/fields.ts";
import { readTokens } from "../shared/tokens.ts";
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
  const tokens = readTokens(metrics, TOKENS);
  const isMeasured = Object.keys(usage).length > 0 || tokens !== undefined;
  const byModel = isCopied
    ? reasoning !== undefined
    : hasModel || served_model !== undefined || isMeasured || reasoning !== undefined;
  step.again("llm_call_count", byModel ? 1 : 0);
  if (content === "" && !reasoning && tool_calls.length === 0 && !isCopied) repaired.add("empty-turn");
  return { content, tool_calls, usage, ...defined({ reasoning, served_model, stop, tokens, exchange }) };
}

const STOPS = ["end", "tool-calls", "length", "other"] as const;

const TOKENS = { prompt: "prompt_token_ids", completion: "completion_token_ids", logprobs: "logprobs" };
