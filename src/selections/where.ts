import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";

/**
 * Conditions on named values, as they are written on the command line: `name op value`. Pure, and knows no names of its own: those of
 * samples and of facts are told to it.
 */
export interface Condition {
  readonly name: string;
  readonly operator: Operator;
  /** Alternatives: one of them has to fit; with `!=` none may. */
  readonly values: readonly string[];
  /** As it was written. */
  readonly text: string;
}

/** `~` contains; the others as they look. Lists hold a value when one of their items does. */
const OPERATORS = ["!=", "<=", ">=", "=", "<", ">", "~"] as const;
type Operator = (typeof OPERATORS)[number];

const EXPRESSION = /^\s*([A-Za-z_][\w.-]*)\s*(!=|<=|>=|=|<|>|~)\s*([^\s=<>~].*?)\s*$/s;

/** @throws InputError `where-malformed`, `unknown-field` with those that there are. */
export function parseWhere(text: string, known: readonly string[]): Condition {
  const [, name = "", sign = "", value = ""] = EXPRESSION.exec(text) ?? [];
  const operator = OPERATORS.find((candidate) => candidate === sign);
  if (operator === undefined) throw malformed(text, 'write "name op value"');
  if (!isKnown(name, known)) throw unknownField(name, known);
  const values = valuesOf(value);
  if (isOrder(operator) && (values.length > 1 || Number.isNaN(numberOf(values[0] ?? ""))))
    throw malformed(text, `${operator} takes one number`);
  return { name, operator, values, text: text.trim() };
}

/** `known` may end a name with `*`, for all that begin so. */
export function isKnown(name: string, known: readonly string[]): boolean {
  return known.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name));
}

/** What is not known (null or absent) fits `= null` and `!=` anything else, and nothing besides. */
export function holds(
  { name, operator, values }: Condition,
  fields: Readonly<Record<string, Json>>,
): boolean {
  const value = fields[name] ?? null;
  if (operator === "=") return values.some((wanted) => equals(value, wanted));
  if (operator === "!=") return !values.some((wanted) => equals(value, wanted));
  if (operator === "~") return values.some((wanted) => contains(value, wanted));
  return typeof value === "number" && compares(value, operator, numberOf(values[0] ?? ""));
}

/** `a, b` are two values; what stands in JSON's quotes is one, commas and all. */
function valuesOf(text: string): string[] {
  if (!text.startsWith('"')) return text.split(",").map((value) => value.trim());
  try {
    return [String(JSON.parse(text))];
  } catch {
    throw malformed(text, "the quoted value is no JSON string");
  }
}

function equals(value: Json, wanted: string): boolean {
  if (Array.isArray(value)) return value.some((item) => equals(item, wanted));
  if (typeof value === "number") return value === numberOf(wanted);
  return value === null || typeof value === "boolean" ? String(value) === wanted : value === wanted;
}

function contains(value: Json, wanted: string): boolean {
  if (Array.isArray(value)) return value.some((item) => contains(item, wanted));
  return typeof value === "string" && value.includes(wanted);
}

function isOrder(operator: Operator): operator is "<" | "<=" | ">" | ">=" {
  return operator.startsWith("<") || operator.startsWith(">");
}

function compares(value: number, operator: Operator, limit: number): boolean {
  if (value === limit) return operator.endsWith("=");
  return value < limit === operator.startsWith("<");
}

/** Not a number for an empty text, which `Number` takes for 0. */
function numberOf(text: string): number {
  return text === "" ? NaN : Number(text);
}

function malformed(text: string, detail: string): InputError {
  return new InputError({
    code: "where-malformed",
    message: `"${text}" is no condition: ${detail}`,
    hint: `Such as 'turns <= 40' or 'repository = django/django, pallets/flask'. Operators: ${OPERATORS.join(" ")}`,
    fields: { condition: text },
  });
}

export function unknownField(name: string, known: readonly string[]): InputError {
  return new InputError({
    code: "unknown-field",
    message: `There is nothing called "${name}" to choose by`,
    hint: `Use one of: ${known.join(", ")}.`,
    fields: { name, known },
  });
}

/** A condition of which a set is to hold only so much. */
export interface Cap {
  readonly condition: Condition;
  /** Of the whole set, 0 to 1. */
  readonly share: number;
}

/** `name op value: 20%`. @throws InputError `cap-malformed`, and those of conditions */
export function parseCap(text: string, known: readonly string[]): Cap {
  const [, condition = "", percent = ""] = /^(.*):\s*(\d+(?:\.\d+)?)\s*%\s*$/s.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (condition === "" || share > 1)
    throw new InputError({
      code: "cap-malformed",
      message: `Not a cap: ${text}`,
      hint: 'Write a condition and a share of the whole: "instance.lookups <= 3: 20%".',
      fields: { cap: text },
    });
  return { condition: parseWhere(condition, known), share };
}
