import { dialects } from "../dialects/index.ts";
import { bytesOf } from "../exchanges/body.ts";
import type { Exchange } from "../exchange.ts";

/** Input and output tokens of an answer together, as its service counts them; 0 where it does not say. */
export function tokensOf({ dialect, response }: Exchange): number {
  if (dialect === undefined || response === undefined) return 0;
  const body = {
    contentType: response.headers["content-type"] ?? "",
    text: bytesOf(response.body).toString("utf8"),
    complete: response.complete,
  };
  try {
    const { inputTokens = 0, outputTokens = 0 } = dialects[dialect].readResponse(body, {
      messages: [],
    }).usage;
    return inputTokens + outputTokens;
  } catch {
    return 0;
  }
}
