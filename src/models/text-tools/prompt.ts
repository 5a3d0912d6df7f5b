import { isObject, objectOf, textOf, type JsonObject } from "../../dialects/shared/json.ts";
import type { ToolDefinition } from "../../model.ts";

/**
 * What tells a model of its tools in text, word for word as OpenHands has it (`fn_call_converter.py` of its version 0.x, MIT): students
 * that are trained on it meet the same words there.
 */
export function toolPrompt(tools: readonly ToolDefinition[]): string {
  return `
You have access to the following functions:

${tools.map(describeTool).join("\n")}

If you choose to call a function ONLY reply in the following format with NO suffix:

<function=example_function_name>
<parameter=example_parameter_1>value_1</parameter>
<parameter=example_parameter_2>
This is the value for the second parameter
that can span
multiple lines
</parameter>
</function>

<IMPORTANT>
Reminder:
- Function calls MUST follow the specified format, start with <function= and end with </function>
- Required parameters MUST be specified
- Only call one function at a time
- You may provide optional reasoning for your function call in natural language BEFORE the function call, but NOT after.
- If there is no function call available, answer the question like normal with your current knowledge and do not tell the user about function calls
</IMPORTANT>
`;
}

function describeTool({ name, description, parameters }: ToolDefinition, index: number): string {
  const properties = Object.entries(objectOf({ ...parameters }["properties"]));
  const required = parameters["required"];
  const lines = properties.map(([parameter, schema], place) => {
    const need = Array.isArray(required) && required.includes(parameter) ? "required" : "optional";
    return `  (${place + 1}) ${parameter} (${typesOf(objectOf(schema)).join("|") || "string"}, ${need}): ${describe(objectOf(schema))}\n`;
  });
  const number = `FUNCTION #${index + 1}`;
  return `---- BEGIN ${number}: ${name} ----\nDescription: ${description}\nParameters:\n${lines.join("")}---- END ${number} ----\n`;
}

function describe(schema: JsonObject): string {
  const said = textOf(schema["description"]) || "No description provided";
  const allowed = schema["enum"];
  if (!Array.isArray(allowed)) return said;
  const values = allowed.map((value) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``);
  return `${said}\nAllowed values: [${values.join(", ")}]`;
}

/** The types that a parameter's schema names. */
export function typesOf(schema: JsonObject): string[] {
  const { type } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type.filter((item) => typeof item === "string");
  const choices = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(choices) ? choices.filter(isObject).flatMap(typesOf) : [];
}
