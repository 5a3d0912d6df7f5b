import { z } from "zod";
import type { Tool, ToolPreset } from "../../tool.ts";
import { defineTool } from "../define-tool.ts";
import { executeBashTool } from "./bash.ts";
import { strReplaceEditorTool } from "./editor.ts";
import { taskTrackerTool } from "./task-tracker.ts";

const thinkTool: Tool = defineTool({
  name: "think",
  description:
    "Writes a thought to the log. It finds nothing out and changes nothing in the repository. Of use for weighing several fixes, for " +
    "reading test results, and for planning a change that touches many places.",
  parameters: z.strictObject({ thought: z.string().describe("The thought to log.") }),
  repeatable: () => true,
  run: async () => "Your thought has been logged.",
});

const finishTool: Tool = defineTool({
  name: "finish",
  description:
    "Says that the task is over: it is done, or it cannot be done for reasons that the message gives. The message sums up what was done and what came of it.",
  parameters: z.strictObject({ message: z.string().describe("Final message to the user") }),
  repeatable: () => true,
  run: async ({ message }) => ({ content: message, isError: false, finished: true }),
});

/**
 * The tools of the CodeAct agent of OpenHands 1.x (github.com/All-Hands-AI/OpenHands, `openhands/agenthub/codeact_agent/tools`, November 2025):
 * their names, parameters and forms of results. Descriptions say the same in words of ours, without what only that program has.
 */
export const openhandsPreset: ToolPreset = {
  name: "openhands",
  version: "1",
  tools: [executeBashTool, strReplaceEditorTool, thinkTool, taskTrackerTool, finishTool],
  shellTool: "execute_bash",
  systemPrompt: ({ programs, budget }) =>
    [
      "You are OpenHands agent, an AI assistant that works with a computer to solve tasks.",
      "* Each action costs something: join commands, and search with find, grep and git before you read.",
      "* Explore before you change; edit files in place, with no copies under other names; remove what you made for trying things out.",
      "* Make the smallest change that does what is asked, in the style of the code around it, and check it.",
      "* Nobody answers questions: decide for yourself and go on.",
      ...(programs.length === 0 ? [] : [`* Programs at hand: ${programs.join(", ")}.`]),
      `* ${budget} Call \`finish\` when the task is done.`,
    ].join("\n"),
  taskPrompt: (instruction) => instruction,
  reminder: (cut) =>
    `${cut ? "Your answer was cut at its token limit. " : ""}Please continue working on the task on whatever approach you think is suitable. When you have solved it, call \`finish\`. Nobody will help.`,
};
