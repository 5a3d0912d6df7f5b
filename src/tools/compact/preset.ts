import { z } from "zod";
import type { Tool, ToolPreset } from "../../tool.ts";
import { describeShellResult } from "../bash.ts";
import { defineTool } from "../define-tool.ts";
import { runEditor } from "../editor/editor.ts";
import { standardWords } from "../editor/tool.ts";
import { finishTool } from "../finish.ts";

const SECONDS = 120;
/** A small model has a small window: a fifth of what the others are shown. */
const MAX_OUTPUT = 3_200;

const bashTool: Tool = defineTool({
  name: "bash",
  description: "Runs a command; folder and variables last. No input, no pagers.",
  parameters: z.strictObject({ command: z.string() }),
  async run({ command }, context) {
    const shell = await context.shell();
    const timeoutMs = Math.max(1, Math.min(SECONDS * 1000, context.remainingMs()));
    return describeShellResult(await shell.run(command, { timeoutMs }), timeoutMs, MAX_OUTPUT);
  },
});
const editTool: Tool = defineTool({
  name: "edit",
  description:
    "Replaces old_str, which occurs exactly once in the file, by new_str. Without old_str: makes a new file.",
  parameters: z.strictObject({
    path: z.string().min(1),
    old_str: z.string().optional(),
    new_str: z.string(),
  }),
  run: ({ path, old_str = "", new_str }, context) =>
    runEditor(
      old_str === ""
        ? { command: "create", path, file_text: new_str }
        : { command: "str_replace", path, old_str, new_str },
      context,
      standardWords,
    ),
});

/** For small students: what is said before the instruction, and the tools, take a few hundred tokens, and results are short. */
export const compactPreset: ToolPreset = {
  name: "compact",
  version: "1",
  tools: [bashTool, editTool, finishTool],
  shellTool: "bash",
  systemPrompt: ({ programs, budget }) =>
    [
      "You work on a code repository through tools. Every turn calls one. Look first, change little, check.",
      ...(programs.length === 0 ? [] : [`Programs: ${programs.join(", ")}.`]),
      `${budget} Call finish when done.`,
    ].join("\n"),
  taskPrompt: (instruction) => instruction,
  reminder: (cut) => `${cut ? "Your answer was too long. " : ""}Call a tool; call finish when done.`,
};
