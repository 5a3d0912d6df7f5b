import type { Json } from "../base/json.ts";
import type { EventOf } from "./items.ts";
import { TOOL_PRESETS } from "../tools/presets.ts";

type Definition = EventOf<"start">["tools"][number];
/** What a tool is for, over the sets. */
export type Role = "shell" | "editor" | "edit" | "think" | "plan" | "finish";

export interface ToolSet {
  readonly name: string;
  readonly names: Readonly<Partial<Record<Role, string>>>;
  /** As a model is told of them. */
  readonly definitions: Readonly<Partial<Record<Role, Definition>>>;
}

/** Names by which rows of any of the sets call their tools; exact, since other scaffolds' `Bash` takes other arguments. */
export const ROLES: Readonly<Record<string, Role>> = {
  bash: "shell",
  execute_bash: "shell",
  terminal: "shell",
  editor: "editor",
  str_replace_editor: "editor",
  str_replace_based_edit_tool: "editor",
  file_editor: "editor",
  edit: "edit",
  think: "think",
  task_tracker: "plan",
  finish: "finish",
  submit: "finish",
};

/** Those of our loop, with its definitions. */
const presets = TOOL_PRESETS.map(({ name, tools }): ToolSet => {
  const definitions = tools.map(({ definition: { name: tool, description, parameters } }): Definition => ({
    name: tool,
    description,
    parameters: { ...parameters },
  }));
  return setOf(name, definitions);
});

function setOf(name: string, definitions: readonly Definition[]): ToolSet {
  const roles = definitions.flatMap((definition): [Role, Definition][] => {
    const role = ROLES[definition.name];
    return role === undefined ? [] : [[role, definition]];
  });
  return {
    name,
    names: Object.fromEntries(roles.map(([role, definition]) => [role, definition.name])),
    definitions: Object.fromEntries(roles),
  };
}

const openhands = presets.find(({ name }) => name === "openhands")?.definitions ?? {};

/** The SDK of OpenHands (`openhands-sdk`, `terminal` and `file_editor`): other names, and truth values for words. */
const sdk = setOf(
  "openhands-sdk",
  Object.values(openhands).map((definition) => {
    if (definition.name === "str_replace_editor") return { ...definition, name: "file_editor" };
    if (definition.name !== "execute_bash") return definition;
    const properties = objectOf(definition.parameters["properties"]);
    const input = { ...objectOf(properties["is_input"]), type: "boolean" };
    const { enum: _, ...isInput } = input as Record<string, Json>;
    const reset: Json = { type: "boolean", description: "Starts the terminal anew. Default is False." };
    const parameters = { ...definition.parameters, properties: { ...properties, is_input: isInput, reset } };
    return { ...definition, name: "terminal", parameters };
  }),
);

/** SWE-agent's `bash`, `str_replace_editor` and `submit`. */
const sweAgent = setOf(
  "swe-agent",
  [
    ...presets.filter(({ name }) => name === "mini").flatMap(({ definitions }) => Object.values(definitions)),
    ...(openhands.editor === undefined ? [] : [openhands.editor]),
  ]
    .map((definition) => without(definition, "security_risk"))
    .concat({
      name: "submit",
      description: "Hands the work in.",
      parameters: { type: "object", properties: {} },
    }),
);

export const TOOL_SETS: readonly ToolSet[] = [...presets, sdk, sweAgent];

/** A definition without a parameter that no call of a row gives. */
export function without(definition: Definition, parameter: string): Definition {
  const { [parameter]: _, ...properties } = objectOf(definition.parameters["properties"]);
  const { required: given, ...rest } = definition.parameters;
  const required = Array.isArray(given) ? given.filter((name) => name !== parameter) : [];
  return {
    ...definition,
    parameters: { ...rest, properties, ...(required.length === 0 ? {} : { required }) },
  };
}

export function objectOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
