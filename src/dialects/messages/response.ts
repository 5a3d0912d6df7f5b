import type { ResponseBody } from "../../dialect.ts";
import type { ModelRequest, ModelResponse, Usage } from "../../model.ts";
import { isStream, readJsonBody } from "../shared/body.ts";
import { notAResponse, throwIfError } from "../shared/failures.ts";
import { defined } from "../../base/defined.ts";
import { countOf, objectOf, objectsOf, textOf, type JsonObject } from "../shared/json.ts";
import { toToolCalls } from "../shared/tool-calls.ts";
import { rawCalls, readAssistant } from "./message.ts";
import { accumulate } from "./stream.ts";

export function readResponse(body: ResponseBody, request: Pick<ModelRequest, "messages">): ModelResponse {
  const answer = isStream(body) ? accumulate(body) : readJsonBody(body);
  throwIfError(answer);
  if (answer["type"] !== "message") throw notAResponse('the field "type" is not "message"');
  if (!Array.isArray(answer["content"])) throw notAResponse('the field "content" is not a list');
  const blocks = objectsOf(answer["content"]);
  const message = readAssistant(blocks, toToolCalls(rawCalls(blocks), request.messages));
  return {
    message,
    stop: readStop(textOf(answer["stop_reason"]), message.toolCalls.length > 0),
    usage: readUsage(objectOf(answer["usage"])),
    ...(textOf(answer["model"]) === "" ? {} : { servedModel: textOf(answer["model"]) }),
  };
}

function readStop(reason: string, hasCalls: boolean): ModelResponse["stop"] {
  if (reason === "max_tokens" || reason === "model_context_window_exceeded") return "length";
  if (hasCalls) return "tool-calls";
  return reason === "end_turn" || reason === "stop_sequence" ? "end" : "other";
}

/** The dialect counts what was read from the cache and what was written to it apart; ours counts all input, and the part that was read. */
function readUsage(usage: JsonObject): Usage {
  const input = countOf(usage["input_tokens"]);
  const read = countOf(usage["cache_read_input_tokens"]);
  const written = countOf(usage["cache_creation_input_tokens"]);
  return defined({
    inputTokens: input === undefined ? undefined : input + (read ?? 0) + (written ?? 0),
    outputTokens: countOf(usage["output_tokens"]),
    cachedTokens: read,
  });
}
