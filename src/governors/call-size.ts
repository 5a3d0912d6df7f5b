import type { CallEnd, CallSize } from "../governor.ts";
import type { Usage } from "../model.ts";

/** English and code have 3 to 4.5 characters a token; what the service counts takes the place of this. */
const BYTES_PER_TOKEN = 3.5;
/** Of answers whose length is not bounded; few of an agent's are longer. */
const OUTPUT_TOKENS = 4096;

/** What a request of so many bytes may use. */
export function callSize(bytes: number, maxOutputTokens: number = OUTPUT_TOKENS): CallSize {
  return { inputTokens: Math.ceil(bytes / BYTES_PER_TOKEN), outputTokens: maxOutputTokens };
}

/** What a call used that has ended. A service that counts nothing must not make a cap void: then it is what was estimated. */
export function usedBy(size: CallSize, end: CallEnd): Usage {
  if (end.kind === "failed") return end.usage ?? {};
  if (end.kind !== "answered") return {};
  const { inputTokens = size.inputTokens, outputTokens = size.outputTokens, cachedTokens } = end.usage;
  return { inputTokens, outputTokens, cachedTokens };
}
