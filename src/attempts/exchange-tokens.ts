import { z } from "zod";
import { bytesOf } from "../exchanges/body.ts";
import type { Exchange } from "../exchange.ts";

const count = z.int().nonnegative().nullish();
/** As the three dialects spell it; Messages counts what came from a cache apart. */
const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
/** Beside the answer in whole ones; in some event or other in streams. */
const holderSchema = z.object({ usage: usageSchema.nullish() });
const partSchema = holderSchema.extend({ message: holderSchema.nullish(), response: holderSchema.nullish() });

/** Input and output tokens of an answer together, as its service counts them; 0 where it does not say. */
export function tokensOf({ response }: Exchange): number {
  if (response === undefined) return 0;
  const text = bytesOf(response.body).toString("utf8");
  const isStream = response.headers["content-type"]?.includes("event-stream") === true;
  const parts = isStream
    ? text
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5))
    : [text];
  let input = 0;
  let output = 0;
  for (const part of parts) {
    for (const usage of usagesIn(part)) {
      const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
      // Streams say it more than once, each time with what is known by then.
      input = Math.max(input, usage.prompt_tokens ?? (usage.input_tokens ?? 0) + cached);
      output = Math.max(output, usage.completion_tokens ?? usage.output_tokens ?? 0);
    }
  }
  return input + output;
}

function usagesIn(part: string): z.infer<typeof usageSchema>[] {
  if (!part.includes('"usage"')) return [];
  try {
    const { usage, message, response } = partSchema.parse(JSON.parse(part));
    return [usage, message?.usage, response?.usage].filter((one) => one !== undefined && one !== null);
  } catch {
    return [];
  }
}
