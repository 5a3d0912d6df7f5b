import { z } from "zod";
import { jsonSchema, type Json } from "../base/json.ts";
import { SandboxFileError } from "../sandbox.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";

/** What the agent did wrong, in words for the agent; becomes a result with `isError`. */
export class ToolProblem extends Error {}

export interface ToolOptions<T> {
  readonly name: string;
  readonly description: string;
  /** A strict object: unknown arguments are refused, so that a misspelt one is noticed. */
  readonly parameters: z.ZodType<T>;
  /** The JSON Schema as the model is shown it, where that differs from what is accepted. */
  shown?(schema: Schema): Schema;
  /** Whether a call changes nothing, so that it may be run twice; none when left out. */
  repeatable?(args: { readonly [key: string]: Json }): boolean;
  run(args: T, context: ToolContext): Promise<string | ToolResult>;
}

type Schema = { readonly [key: string]: Json };

const parametersSchema = z.record(z.string(), jsonSchema);

/** Makes a tool whose arguments are checked before it runs and whose `ToolProblem`s are answers. */
export function defineTool<T>(options: ToolOptions<T>): Tool {
  const { $schema: _, ...schema } = z.toJSONSchema(options.parameters, { io: "input" });
  const parameters = parametersSchema.parse(JSON.parse(JSON.stringify(schema)));
  return {
    definition: {
      name: options.name,
      description: options.description,
      parameters: options.shown?.(parameters) ?? parameters,
    },
    repeatable: (args) => options.repeatable?.(args) ?? false,
    async call(args, context) {
      const parsed = options.parameters.safeParse(args);
      if (!parsed.success)
        return { content: describeProblems(options.name, parsed.error, schema), isError: true };
      try {
        const result = await options.run(parsed.data, context);
        return typeof result === "string" ? { content: result, isError: false } : result;
      } catch (error) {
        if (error instanceof ToolProblem || error instanceof SandboxFileError) {
          return { content: error.message, isError: true };
        }
        throw error;
      }
    },
  };
}

function describeProblems(tool: string, error: z.ZodError, schema: object): string {
  const problems = error.issues.map((issue) => {
    const place = issue.path.join(".");
    return `- ${place === "" ? "" : `${place}: `}${issue.message}`;
  });
  const properties = "properties" in schema ? schema.properties : {};
  const required = "required" in schema && Array.isArray(schema.required) ? schema.required : [];
  const names = Object.keys(properties ?? {}).map((name) =>
    required.includes(name) ? name : `${name} (optional)`,
  );
  const expected = names.length === 0 ? "takes no arguments" : `takes: ${names.join(", ")}`;
  return `Wrong arguments for the tool "${tool}":\n${problems.join("\n")}\nThe tool ${expected}.`;
}

/** A schema that says nothing of further properties; a call with some is refused all the same. */
export function withoutStrictness(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== "additionalProperties"));
}
