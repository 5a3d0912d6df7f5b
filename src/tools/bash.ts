import { z } from "zod";
import type { ShellResult } from "../sandbox.ts";
import type { Tool, ToolResult } from "../tool.ts";
import { defineTool } from "./define-tool.ts";
import { MAX_TEXT, trimMiddle } from "./trim.ts";

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 600;

export const bashTool: Tool = defineTool({
  name: "bash",
  description:
    "Runs a command in a bash shell, in the repository's folder at first. The folder, variables and functions last " +
    "from call to call. Output and errors come back together; long output loses its middle. Commands get no " +
    "input and no terminal: do not start editors, pagers or prompts. Put what must go on running in the background with & " +
    "and its output in a file.",
  parameters: z.strictObject({
    command: z.string().describe("The command line; may have several lines."),
    timeout: z
      .number()
      .positive()
      .max(MAX_SECONDS)
      .optional()
      .describe(`Seconds until the command is ended; ${DEFAULT_SECONDS} by default, at most ${MAX_SECONDS}.`),
  }),
  async run({ command, timeout = DEFAULT_SECONDS }, context) {
    const shell = await context.shell();
    const timeoutMs = Math.max(1, Math.min(timeout * 1000, context.remainingMs()));
    return describeShellResult(await shell.run(command, { timeoutMs }), timeoutMs);
  },
});

/** Output, then what there is to know about how the command ended. */
export function describeShellResult(
  result: ShellResult,
  timeoutMs: number,
  maxOutput: number = MAX_TEXT,
): ToolResult {
  const output = Buffer.from(result.output).toString("utf8");
  const { text, cut } = trimMiddle(output, result.droppedBytes, maxOutput);
  const notes: string[] = [];
  if (result.timedOut) {
    notes.push(
      `[the command was ended after ${Math.round(timeoutMs / 100) / 10} s; the shell was started again]`,
    );
  } else if (result.exitCode !== 0) {
    notes.push(`[exit code ${result.exitCode}]`);
  }
  if (result.restarted && !result.timedOut) {
    notes.push(`[the shell ended and was started again in ${result.cwd}; its variables are gone]`);
  }
  const separator = text === "" || text.endsWith("\n") || notes.length === 0 ? "" : "\n";
  const content = `${text}${separator}${notes.join("\n")}`;
  return {
    content: content === "" ? "[no output]" : content,
    isError: false,
    ...(cut === 0 ? {} : { truncatedCharacters: cut }),
  };
}
