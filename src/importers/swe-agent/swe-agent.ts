import { isObject } from "../../dialects/shared/json.ts";
import type { Json } from "../../base/json.ts";
import type { Importer } from "../../importer.ts";
import { defineImporter } from "../shared/define.ts";

import { readPublished } from "./published.ts";
import { readTraj } from "./traj.ts";

/** Trajectories of SWE-agent: its own `.traj`, with calls or with actions in the text, and published rows of them. */
export const sweAgent: Importer = defineImporter({
  format: "swe-agent",
  version: 1,
  recognises: (document) => isTraj(document) || isPublished(document),
  read: (document, source) =>
    Array.isArray(document.peek("history")) ? readTraj(document, source) : readPublished(document),
});

/** Demonstrations are a history alone. */
function isTraj(document: Json): boolean {
  if (!isObject(document) || !Array.isArray(document["history"])) return false;
  const [first] = document["history"];
  return first === undefined
    ? Array.isArray(document["trajectory"])
    : isObject(first) && typeof first["role"] === "string";
}

function isPublished(document: Json): boolean {
  if (!isObject(document) || !Array.isArray(document["trajectory"])) return false;
  const [first] = document["trajectory"];
  return (
    document["history"] === undefined &&
    isObject(first) &&
    typeof first["role"] === "string" &&
    ("text" in first || "system_prompt" in first)
  );
}
