import type { ResponseBody } from "../../dialect.ts";
import type { ModelRequest, ModelResponse, TokenRecord, Usage } from "../../model.ts";
import { isStream, readJsonBody } from "../shared/body.ts";
import { notAResponse, throwIfError } from "../shared/failures.ts";
import { defined } from "../../base/defined.ts";
import { countOf, objectOf, objectsOf, textOf, type JsonObject } from "../shared/json.ts";
import { toToolCalls } from "../shared/tool-calls.ts";
import { rawCalls, readAssistant } from "./items.ts";
import { accumulate } from "./stream.ts";

export function readResponse(body: ResponseBody, request: Pick<ModelRequest, "messages">): ModelResponse {
  const answer = isStream(body) ? accumulate(body) : readJsonBody(body);
  throwIfError(answer);
  if (!Array.isArray(answer["output"])) throw notAResponse('the field "output" is not a list');
  if (answer["status"] === "failed") throwIfError({ error: "the response failed" });
  const items = objectsOf(answer["output"]);
  const message = readAssistant(items, toToolCalls(rawCalls(items), request.messages));
  const tokens = readTokens(items);
  return {
    message,
    stop: readStop(answer, message.toolCalls.length > 0),
    usage: readUsage(objectOf(answer["usage"])),
    ...(textOf(answer["model"]) === "" ? {} : { servedModel: textOf(answer["model"]) }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

function readStop(answer: JsonObject, hasCalls: boolean): ModelResponse["stop"] {
  const { reason } = objectOf(answer["incomplete_details"]);
  if (reason === "max_output_tokens") return "length";
  if (hasCalls) return "tool-calls";
  return answer["status"] === "completed" ? "end" : "other";
}

function readUsage(usage: JsonObject): Usage {
  return defined({
    inputTokens: countOf(usage["input_tokens"]),
    outputTokens: countOf(usage["output_tokens"]),
    cachedTokens: countOf(objectOf(usage["input_tokens_details"])["cached_tokens"]),
  });
}

/** Of the texts only, which is all that the dialect gives (`message.output_text.logprobs`): kept where the answer is nothing else. */
function readTokens(items: readonly JsonObject[]): TokenRecord | undefined {
  if (items.some(({ type }) => type !== "message")) return undefined;
  const entries = items
    .flatMap(({ content }) => objectsOf(content))
    .flatMap(({ logprobs }) => objectsOf(logprobs));
  const logprobs = entries.map(({ logprob }) => logprob).filter((value) => typeof value === "number");
  return logprobs.length > 0 && logprobs.length === entries.length ? { logprobs } : undefined;
}
