import type { ReplayResponse } from "../../../src/models/replay.ts";
import { solvingCommand, type SolvingEdit } from "../../external/solution.ts";

interface Conversation {
  readonly match?: string;
  readonly responses: readonly ReplayResponse[];
}

/** What a model says to an agent so that this makes the edit, in terms of the agent's own tools. */
export function answersFor(agent: string, edit: SolvingEdit, root: string): Conversation[] {
  const file = `${root}/${edit.path}`;
  const say = (content: string, name: string, args: Record<string, unknown>): ReplayResponse => ({
    content,
    tool_calls: [{ name, arguments: args }],
  });
  const done: ReplayResponse = { content: "Done." };
  switch (agent) {
    case "mini-swe-agent":
      return [
        {
          responses: [
            say("I write the docstring.", "bash", { command: solvingCommand(edit) }),
            say("That is all.", "bash", { command: "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT" }),
          ],
        },
      ];
    case "claude-code":
      return [
        {
          responses: [
            say("I look at the file.", "Read", { file_path: file }),
            say("I write the docstring.", "Edit", {
              file_path: file,
              old_string: edit.before,
              new_string: edit.after,
            }),
            done,
          ],
        },
      ];
    case "codex":
      return [
        { responses: [say("I write the docstring.", "exec_command", { cmd: patchCommand(edit) }), done] },
      ];
    case "opencode":
      return [
        { match: "Generate a title", responses: [{ content: "A docstring" }] },
        {
          responses: [
            say("I look at the file.", "read", { filePath: file }),
            say("I write the docstring.", "edit", {
              filePath: file,
              oldString: edit.before,
              newString: edit.after,
            }),
            done,
          ],
        },
      ];
    default:
      throw new Error(`nothing is written down for ${agent}`);
  }
}

/** In the form of patches that models of OpenAI write; Codex takes the command over and applies it itself. */
function patchCommand({ path, before, after }: SolvingEdit): string {
  const prefixed = (text: string, sign: string) =>
    text
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => `${sign}${line}\n`)
      .join("");
  return `apply_patch <<'PATCH'\n*** Begin Patch\n*** Update File: ${path}\n@@\n${prefixed(before, "-")}${prefixed(after, "+")}*** End Patch\nPATCH`;
}
