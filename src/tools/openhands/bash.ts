import { z } from "zod";
import type { ShellResult } from "../../sandbox.ts";
import type { Tool, ToolResult } from "../../tool.ts";
import { defineTool, ToolProblem } from "../define-tool.ts";
import { MAX_TEXT, trimMiddle } from "../trim.ts";
import { clipped, riskParameter, shownAsThere } from "./shared.ts";

/** There a command without a time of its own is left running after 10 s of silence; here it is ended, later. */
const DEFAULT_SECONDS = 120;

export const executeBashTool: Tool = defineTool({
  name: "execute_bash",
  description:
    "Runs a bash command in a terminal session that stays open: folder and variables last from call to call.\n" +
    "* One command at a time; join several with `&&` or `;`.\n" +
    "* What may run for long goes into the background with its output in a file, e.g. `python3 app.py > server.log 2>&1 &`, " +
    'or is given a hard limit in seconds as "timeout".\n' +
    "* An exit code of `-1` means that the command ran into its time limit.\n" +
    "* Output that is too long is cut in the middle.",
  parameters: z.strictObject({
    command: z.string().describe("The bash command to run. One at a time; join several with `&&` or `;`."),
    is_input: z
      .enum(["true", "false"])
      .optional()
      .describe("True when the command is input for a process that is running. Default is False."),
    timeout: z.number().positive().optional().describe("A hard limit in seconds for the command. Optional."),
    security_risk: riskParameter,
  }),
  shown: shownAsThere,
  async run({ command, is_input, timeout = DEFAULT_SECONDS }, context) {
    if (is_input === "true") {
      throw new ToolProblem(
        `ERROR: No previous running command to ${command === "" ? "retrieve logs from" : "interact with"}.`,
      );
    }
    const shell = await context.shell();
    const timeoutMs = Math.max(1, Math.min(timeout * 1000, context.remainingMs()));
    return describe(await shell.run(command, { timeoutMs }), timeoutMs);
  },
});

function describe(result: ShellResult, timeoutMs: number): ToolResult {
  const output = Buffer.from(result.output).toString("utf8").trimEnd();
  const { text, cut } = trimMiddle(output, result.droppedBytes, MAX_TEXT, clipped);
  const exit = result.exitCode;
  const ended = result.timedOut
    ? `[The command timed out after ${timeoutMs / 1000} seconds. It was ended and the terminal was started again.]`
    : `[The command completed with exit code ${exit}.]`;
  const notes = [ended, `[Current working directory: ${result.cwd}]`];
  if (result.restarted && !result.timedOut) notes.push("[The terminal ended and was started again.]");
  if (!result.timedOut) notes.push(`[Command finished with exit code ${exit}]`);
  return {
    content: `${text}\n${notes.join("\n")}`,
    isError: false,
    ...(cut === 0 ? {} : { truncatedCharacters: cut }),
  };
}
