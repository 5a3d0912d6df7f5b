import type { ToolPreset } from "../../tool.ts";
import { miniBashTool, SUBMIT } from "./bash.ts";

const HOW_TO_END = `\`echo ${SUBMIT}\``;

/**
 * One tool, every command in a subshell of its own, as in mini-swe-agent 2.4 (github.com/SWE-agent/mini-swe-agent, `config/mini.yaml` and
 * `config/benchmarks/swebench.yaml`, July 2026): its tool, its form of observations, its way to end. What it says to the model is in words of ours;
 * no patch is handed in, since what changed in the repository is the answer.
 */
export const miniPreset: ToolPreset = {
  name: "mini",
  version: "2",
  tools: [miniBashTool],
  shellTool: "bash",
  systemPrompt: ({ programs, budget }) =>
    [
      "You are a helpful assistant that can interact with a computer shell to solve programming tasks.",
      "",
      "Work in steps: you give one or more commands, see what they print, and give the next. Each answer has a few words of reasoning and AT LEAST ONE call of the bash tool.",
      "",
      "- Every command runs in a new subshell in the repository's folder: a change of directory or of variables does not last. Write `cd /path && ...` or `NAME=value ...` before the command instead.",
      "- Commands get no input: no editors, no pagers, no prompts. Write files with `cat <<'EOF' > file`, change them with `sed -i` or a short script.",
      "- See parts of files: `nl -ba file.py | sed -n '10,20p'`.",
      ...(programs.length === 0 ? [] : [`- Programs at hand: ${programs.join(", ")}.`]),
      `- ${budget}`,
      `- When the work is done, issue ${HOW_TO_END}, combined with no other command. After it you cannot go on.`,
    ].join("\n"),
  taskPrompt: (instruction) => `Please solve this task:\n\n${instruction}`,
  reminder: (cut) =>
    cut
      ? "Your previous response reached the output token limit before you produced a tool call, so it was cut off. Be shorter and end with one call of the bash tool."
      : `Tool call error:\n\n<error>\nNo tool calls found in the response. Every response MUST include at least one tool call.\n</error>\n\nCall the tool bash with the arguments {"command": "your_command_here"}. To end the task, issue ${HOW_TO_END} without any other command.`,
};
