import type { ToolPreset } from "../tool.ts";
import { bashTool } from "./bash.ts";
import { editorTool } from "./editor/tool.ts";
import { finishTool } from "./finish.ts";
import { thinkTool } from "./think.ts";

/** What an agent has when nothing else is asked for. */
export const standardPreset: ToolPreset = {
  name: "standard",
  version: "1",
  tools: [bashTool, editorTool, thinkTool, finishTool],
  shellTool: "bash",
  systemPrompt: ({ programs, budget }) =>
    [
      "You work on a code repository, alone, through tools. Nobody answers questions: decide for yourself and go on.",
      "Your tools: `bash`, `editor`, `think`, `finish`.",
      ...(programs.length === 0 ? [] : [`Programs at hand in the shell: ${programs.join(", ")}.`]),
      "Look before you change, keep to what is asked, and check your work.",
      "Every turn must call a tool. When the task is done, call `finish`.",
      budget,
    ].join("\n"),
  taskPrompt: (instruction) => instruction,
  reminder: (cut) =>
    `${cut ? "Your answer was cut at its token limit. " : ""}There was no tool call. Go on with the task; call \`finish\` when you are done.`,
};
