import { isObject } from "../../dialects/shared/json.ts";
import type { Json } from "../../base/json.ts";
import type { Importer } from "../../importer.ts";
import { defineImporter } from "../shared/define.ts";

import { isMessageList, startsWithReturnCode } from "../shared/recognise.ts";
import { readMessages } from "./read.ts";

/** Rows of training sets: chat messages with calls, or with the calls in their text; ShareGPT's turns. */
export const messages: Importer = defineImporter({
  format: "messages",
  version: 1,
  recognises(document) {
    if (Array.isArray(document)) return isMessageList(document) && !startsWithReturnCode(document);
    if (!isObject(document) || "trajectory_format" in document || isObject(document["info"])) return false;
    return isOf(document["messages"], "role") || isOf(document["conversations"], "from");
  },
  read: readMessages,
});

function isOf(list: Json | undefined, role: string): boolean {
  if (!Array.isArray(list)) return false;
  const [first] = list;
  return isObject(first) && typeof first[role] === "string";
}
