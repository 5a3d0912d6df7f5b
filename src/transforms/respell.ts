import type { Json } from "../base/json.ts";
import { objectOf, ROLES, type Role, type ToolSet } from "./tool-sets.ts";
import type { Call } from "./items.ts";

export type Respelled =
  | { readonly kind: "call"; readonly role: Role; readonly call: Call }
  | { readonly kind: "refused"; readonly reason: string; readonly detail: string };

/** A call as another set has it, with all that it says; refused where that set cannot say it. */
export function respell(call: Call, set: ToolSet): Respelled {
  const role = ROLES[call.name];
  if (role === undefined) return refuse("no-counterpart", `nothing is known of the tool ${call.name}`);
  if (call.malformed) return refuse("malformed-call", `the arguments of call ${call.id} are no object`);
  const said = { role, args: { ...call.arguments } };
  const meant = set.names[said.role] === undefined ? otherEditor(said) : said;
  const name = set.names[meant.role];
  const definition = set.definitions[meant.role];
  if (name === undefined || definition === undefined)
    return refuse("no-counterpart", `${set.name} has no tool for ${call.name}`);
  const properties = objectOf(definition.parameters["properties"]);
  const args = spelled(withoutDefaults(meant.args, properties), properties);
  const isThere = name === call.name && unfit(call.arguments, definition.parameters) === undefined;
  if (isThere) return { kind: "call", role: meant.role, call };
  const problem = unfit(args, definition.parameters);
  if (problem !== undefined) return refuse("argument-without-counterpart", `${call.name}: ${problem}`);
  return { kind: "call", role: meant.role, call: { ...call, name, arguments: args } };
}

interface Meant {
  readonly role: Role;
  readonly args: Record<string, Json>;
}

/** Without values that say what is so without them, where they cannot be said. */
function withoutDefaults(
  args: Readonly<Record<string, Json>>,
  properties: Readonly<Record<string, Json>>,
): Record<string, Json> {
  const entries = Object.entries(args).filter(([key, value]) => {
    const isOff = (key === "is_input" || key === "reset") && (value === false || value === "false");
    return value !== null && !(isOff && properties[key] === undefined);
  });
  return Object.fromEntries(entries);
}

/** The small editor makes files and replaces, and does both without naming the command. */
function otherEditor({ role, args }: Meant): Meant {
  const { command, file_text: text, ...rest } = args;
  if (role === "edit") {
    const { old_str: old, new_str: added = "", ...others } = args;
    if (old === undefined || old === "")
      return { role: "editor", args: { command: "create", ...others, file_text: added } };
    return { role: "editor", args: { command: "str_replace", ...args } };
  }
  if (role !== "editor") return { role, args };
  if (command === "create" && text !== undefined && rest["old_str"] === undefined)
    return { role: "edit", args: { ...rest, new_str: text } };
  if (command === "str_replace" && rest["old_str"] !== "")
    return { role: "edit", args: rest["new_str"] === undefined ? { ...rest, new_str: "" } : rest };
  return { role: "editor", args };
}

/** Truth values and words for them, as the definition has it. */
function spelled(
  args: Readonly<Record<string, Json>>,
  properties: Readonly<Record<string, Json>>,
): Record<string, Json> {
  const entries = Object.entries(args).map(([key, value]): [string, Json] => {
    const { type } = objectOf(properties[key]);
    if (type === "boolean" && (value === "true" || value === "false")) return [key, value === "true"];
    if (type === "string" && typeof value === "boolean") return [key, String(value)];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

/** What no call of old models has, and is no part of what is done. */
const NOT_NEEDED = "security_risk";

/** Why these arguments are none of this definition: undefined where they are. */
function unfit(
  args: Readonly<Record<string, Json>>,
  { properties, required }: Readonly<Record<string, Json>>,
): string | undefined {
  const known = objectOf(properties);
  for (const [key, value] of Object.entries(args)) {
    if (known[key] === undefined) return `there is no argument ${key}`;
    const { type, enum: values, maximum } = objectOf(known[key]);
    if (Array.isArray(values) && !values.includes(value)) return `${key} cannot be ${JSON.stringify(value)}`;
    if (typeof type === "string" && !isOfType(value, type)) return `${key} is no ${type}`;
    if (typeof maximum === "number" && Number(value) > maximum) return `${key} is more than ${maximum}`;
  }
  const missing = (Array.isArray(required) ? required : []).find(
    (key) => typeof key === "string" && key !== NOT_NEEDED && args[key] === undefined,
  );
  return missing === undefined ? undefined : `${String(missing)} is missing`;
}

function isOfType(value: Json, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function refuse(reason: string, detail: string): Respelled {
  return { kind: "refused", reason, detail };
}
