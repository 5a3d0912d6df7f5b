import { isObject } from "../../dialects/shared/json.ts";
import type { Json } from "../../base/json.ts";
import { Fields } from "./fields.ts";

/** The text of a field that holds a string or a list of parts; a part that is no text leaves a mark. */
export function readContent(owner: Fields, name: string): string {
  const value = owner.peek(name);
  if (typeof value === "string") return owner.text(name) ?? "";
  if (isObject(value)) return partText(owner.fields(name));
  if (!Array.isArray(value)) return "";
  if (value.every((part) => typeof part === "string")) return textsOf(owner.value(name)).join("\n");
  return owner.list(name).map(partText).join("\n");
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === "string") : [];
}

const TEXT_TYPES = ["text", "input_text", "output_text", "summary_text", "reasoning_text", "thinking"];

function partText(part: Fields): string {
  for (const type of TEXT_TYPES) part.again("type", type);
  const text = part.text("text") ?? part.text("thinking");
  if (text !== undefined) return text;
  const type = part.text("type") ?? "part";
  return `[${type}, not shown]`;
}
