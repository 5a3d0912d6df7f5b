import type { Json } from "../base/json.ts";
import type { Fact, Walk } from "../fact.ts";

/** A fact by its name and meaning. */
export function fact(name: string, meaning: string, of: (walk: Walk) => Json, version = 1): Fact {
  return { name, meaning, version, of };
}
