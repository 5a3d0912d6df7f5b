import type { Json } from "../../base/json.ts";
import { isObject, textOf } from "./json.ts";

const SHOWN_CHARACTERS = 80;
const TEXT_TYPES = new Set(["text", "input_text", "output_text", "refusal", undefined]);

/** The texts of a message's content; a part that is none (an image, a document) becomes a marker, and stays whole in the exchange. */
export function partTexts(content: Json | undefined): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return content === null || content === undefined ? [] : [marker(content)];
  return content.map((part) => {
    if (typeof part === "string") return part;
    if (!isObject(part)) return marker(part);
    const type = typeof part["type"] === "string" ? part["type"] : undefined;
    const text = part["text"] ?? part["refusal"];
    return TEXT_TYPES.has(type) && typeof text === "string" ? text : marker(part);
  });
}

function marker(part: Json): string {
  const type = isObject(part) ? textOf(part["type"]) || "part" : "part";
  const json = JSON.stringify(part);
  const shown = json.length > SHOWN_CHARACTERS ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json;
  return `[${type}, not shown (${json.length} characters): ${shown}]`;
}
