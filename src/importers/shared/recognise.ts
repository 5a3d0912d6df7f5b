import { isObject } from "../../dialects/shared/json.ts";
import type { Json } from "../../base/json.ts";

/** A list whose items are messages: a whole conversation, not rows. */
export function isMessageList(value: Json): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isObject(item) && typeof item["role"] === "string" && "content" in item)
  );
}

/** Whether a user's turn is a result as mini-swe-agent says it. */
export function startsWithReturnCode(messages: readonly Json[]): boolean {
  return messages.some(
    (item) =>
      isObject(item) && typeof item["content"] === "string" && item["content"].startsWith("<returncode>"),
  );
}
