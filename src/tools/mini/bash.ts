import { z } from "zod";
import type { ShellResult } from "../../sandbox.ts";
import type { Tool, ToolResult } from "../../tool.ts";
import { defineTool, withoutStrictness } from "../define-tool.ts";
import { trimMiddle } from "../trim.ts";

/** The first line of output by which the agent says that it is done. */
export const SUBMIT = "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";

const SECONDS = 60;
/** Characters of output from which the middle is left out. */
const MAX_OUTPUT = 10_000;
const ENVIRONMENT = {
  PAGER: "cat",
  MANPAGER: "cat",
  LESS: "-R",
  PIP_PROGRESS_BAR: "off",
  TQDM_DISABLE: "1",
};

/** In a copy of the attempt's shell: a new program in the sandbox for each command would cost ten times as much. */
export const miniBashTool: Tool = defineTool({
  name: "bash",
  description: "Execute a bash command",
  parameters: z.strictObject({ command: z.string().describe("The bash command to execute") }),
  shown: withoutStrictness,
  async run({ command }, context) {
    const shell = await context.shell();
    const timeoutMs = Math.max(1, Math.min(SECONDS * 1000, context.remainingMs()));
    const result = await shell.run(command, { timeoutMs, subshell: { environment: ENVIRONMENT } });
    return describe(result, command, timeoutMs);
  },
});

function describe(result: ShellResult, command: string, timeoutMs: number): ToolResult {
  const output = Buffer.from(result.output).toString("utf8");
  const { text, cut } = shown(output, result.droppedBytes);
  const exception = result.timedOut
    ? `<exception>An error occurred while executing the command: Command '${command.slice(0, 500)}' timed out after ${timeoutMs / 1000} seconds</exception>\n`
    : "";
  const code = result.timedOut ? -1 : result.exitCode;
  return {
    content: `${exception}<returncode>${code}</returncode>\n${text}`,
    isError: false,
    ...(cut === 0 ? {} : { truncatedCharacters: cut }),
    ...(code === 0 && submits(output) ? { finished: true } : {}),
  };
}

function submits(output: string): boolean {
  return output.trimStart().split("\n", 1)[0]?.trim() === SUBMIT;
}

function shown(output: string, dropped: number): { readonly text: string; readonly cut: number } {
  if (output.length < MAX_OUTPUT && dropped === 0) return { text: `<output>\n${output}</output>`, cut: 0 };
  const elided = (cut: number) =>
    `</output_head>\n<elided_chars>\n${cut} characters elided\n</elided_chars>\n<output_tail>`;
  const { text, cut } = trimMiddle(output, dropped, MAX_OUTPUT, elided);
  const warning =
    "The output of your last command was too long.\nTry a command with less output: head, tail or sed for a part of a file, a narrower pattern for a search.\n" +
    "If all of it is needed, write it to a file and search in that.";
  return {
    text: `<warning>\n${warning}\n</warning><output_head>\n${text}\n</output_tail>`,
    cut,
  };
}
