import type { Json } from "../../base/json.ts";

/** Reading JSON of strangers: what is not of the kind asked for counts as absent, so that no body can make us crash. */
export type JsonObject = { [field: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A count; anything else, such as a negative number, is not one. */
export function countOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** A list of counts, and of nothing else. */
export function countsOf(value: Json | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const counts = value.filter((item) => countOf(item) !== undefined).map(Number);
  return counts.length === value.length ? counts : undefined;
}

/** Without the fields named. */
export function without(fields: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** Services write what they do not have as null, an empty text or an empty list, and some refuse it when it is sent back. */
export function withoutEmpty(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
