import { InputError } from "../../base/errors.ts";
import type { ExternalProgram } from "./program.ts";

export const COMMAND = "command";
export const COMMAND_VERSION = "1";
const PLACES = ["instruction_file", "base_url", "key", "model", "max_steps"] as const;

/**
 * Any program, by a line of bash in which `{instruction_file}`, `{base_url}`, `{key}`, `{model}` and `{max_steps}` are replaced. The same
 * are in the variables that most programs read. Nothing is installed: the line names what the sandbox has.
 * @throws InputError `command-template` for another place in braces.
 */
export function commandProgram(template: string): ExternalProgram {
  const unknown = [...template.matchAll(/(?<!\$)\{([a-z_]+)\}/g)]
    .map(([, name = ""]) => name)
    .find((name) => !PLACES.some((place) => place === name));
  if (unknown !== undefined || template.trim() === "") {
    const message =
      unknown === undefined
        ? "The command is empty"
        : `There is nothing to put for {${unknown}} in the command`;
    throw new InputError({
      code: "command-template",
      message,
      hint: `Use ${PLACES.map((place) => `{${place}}`).join(", ")}.`,
      fields: { template },
    });
  }
  return {
    name: COMMAND,
    version: COMMAND_VERSION,
    summary: "Any program, by a command line with places for instruction and endpoint.",
    dialect: "chat",
    invoke({ baseUrl, key, model, instructionFile, maxSteps }) {
      const values: Record<(typeof PLACES)[number], string> = {
        instruction_file: instructionFile,
        base_url: `${baseUrl}/v1`,
        key,
        model,
        max_steps: String(maxSteps),
      };
      const line = PLACES.reduce(
        (text, place) => text.replaceAll(`{${place}}`, quoted(values[place])),
        template,
      );
      return {
        command: ["bash", "-c", line],
        environment: {
          OPENAI_BASE_URL: `${baseUrl}/v1`,
          OPENAI_API_BASE: `${baseUrl}/v1`,
          OPENAI_API_KEY: key,
          OPENAI_MODEL: model,
          ANTHROPIC_BASE_URL: baseUrl,
          ANTHROPIC_API_KEY: key,
          ANTHROPIC_MODEL: model,
        },
        files: {},
      };
    },
  };
}

/** As one word of a shell; a name that is one anyway stays as it is. */
function quoted(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
