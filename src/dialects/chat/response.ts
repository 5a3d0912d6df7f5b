import type { ResponseBody } from "../../dialect.ts";
import type { ModelRequest, ModelResponse, TokenRecord, Usage } from "../../model.ts";
import { isStream, readJsonBody } from "../shared/body.ts";
import { notAResponse, throwIfError } from "../shared/failures.ts";
import { defined } from "../../base/defined.ts";
import { countOf, countsOf, isObject, objectOf, objectsOf, textOf, type JsonObject } from "../shared/json.ts";
import { toToolCalls } from "../shared/tool-calls.ts";
import { rawCalls, readAssistant } from "./message.ts";
import { accumulate } from "./stream.ts";

export function readResponse(body: ResponseBody, request: Pick<ModelRequest, "messages">): ModelResponse {
  const completion = isStream(body) ? accumulate(body) : readJsonBody(body);
  throwIfError(completion);
  const choice = objectsOf(completion["choices"])[0];
  if (choice === undefined) throw notAResponse('the field "choices" has no choice');
  if (!isObject(choice["message"])) throw notAResponse('the field "choices.0.message" is not an object');
  const raw = choice["message"];
  const message = readAssistant(raw, toToolCalls(rawCalls(raw), request.messages));
  const tokens = readTokens(completion, choice);
  return {
    message,
    stop: readStop(textOf(choice["finish_reason"]), message.toolCalls.length > 0),
    usage: readUsage(objectOf(completion["usage"])),
    ...(textOf(completion["model"]) === "" ? {} : { servedModel: textOf(completion["model"]) }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** Several servers say `stop` beside tool calls. */
function readStop(reason: string, hasCalls: boolean): ModelResponse["stop"] {
  if (reason === "length") return "length";
  if (hasCalls) return "tool-calls";
  return reason === "stop" ? "end" : "other";
}

/** The cached part by OpenAI, vLLM and most others · by DeepSeek. */
function readUsage(usage: JsonObject): Usage {
  const details = objectOf(usage["prompt_tokens_details"]);
  return defined({
    inputTokens: countOf(usage["prompt_tokens"]),
    outputTokens: countOf(usage["completion_tokens"]),
    cachedTokens: countOf(details["cached_tokens"]) ?? countOf(usage["prompt_cache_hit_tokens"]),
  });
}

/**
 * Ids by vLLM (`return_token_ids`: `prompt_token_ids`, `token_ids`; `return_tokens_as_token_ids`: tokens spelled `token_id:7`) and by
 * llama.cpp (`id` of each log-probability).
 */
function readTokens(completion: JsonObject, choice: JsonObject): TokenRecord | undefined {
  const entries = objectsOf(objectOf(choice["logprobs"])["content"]);
  const logprobs = entries.map((entry) => entry["logprob"]).filter((value) => typeof value === "number");
  const spelled = entries.map((entry) => countOf(entry["id"]) ?? spelledId(textOf(entry["token"])));
  const known = spelled.filter((id) => id !== undefined);
  const tokens: TokenRecord = defined({
    prompt: countsOf(completion["prompt_token_ids"]) ?? countsOf(choice["prompt_token_ids"]),
    completion:
      countsOf(choice["token_ids"]) ??
      (known.length > 0 && known.length === entries.length ? known : undefined),
    logprobs: logprobs.length > 0 && logprobs.length === entries.length ? logprobs : undefined,
  });
  return Object.keys(tokens).length === 0 ? undefined : tokens;
}

function spelledId(token: string): number | undefined {
  const digits = /^token_id:(\d+)$/.exec(token)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
