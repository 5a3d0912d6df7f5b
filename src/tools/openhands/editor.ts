import { z } from "zod";
import type { Tool } from "../../tool.ts";
import { defineTool, ToolProblem } from "../define-tool.ts";
import { runEditor, type EditorWords } from "../editor/editor.ts";
import { riskParameter, shownAsThere } from "./shared.ts";

const SEEN = "Here's the result of running `cat -n` on";

const words: EditorWords = {
  file: (path, numbered) => `${SEEN} ${path}:\n${numbered}\n`,
  folder: (path, entries) =>
    `Here's the files and directories up to 2 levels deep in ${path}, excluding hidden items:\n${entries}`,
  created: (path) => `File created successfully at: ${path}`,
  edited: (path, excerpt) =>
    `The file ${path} has been edited. ${SEEN} a snippet of ${path}:\n${excerpt}\nReview the changes and make sure they are as expected. Edit the file again if necessary.`,
  undone: (path) => `Last edit to ${path} undone successfully.`,
};

export const strReplaceEditorTool: Tool = defineTool({
  name: "str_replace_editor",
  description:
    "Views, creates and edits plain-text files.\n" +
    "* `view` shows a file as `cat -n` does, or a directory up to 2 levels deep without hidden items.\n" +
    "* `create` makes a new file; it refuses where one is already.\n" +
    "* `str_replace` replaces `old_str`, which must match one or more whole lines exactly, white space included, and be unique in the file.\n" +
    "* `insert` puts `new_str` after a line.\n" +
    "* `undo_edit` takes back the last edit of the file.\n" +
    "* What is too long is cut, and the place says so.",
  parameters: z.strictObject({
    command: z
      .enum(["view", "create", "str_replace", "insert", "undo_edit"])
      .describe("The command to run: `view`, `create`, `str_replace`, `insert` or `undo_edit`."),
    path: z.string().min(1).describe("Absolute path to a file or directory."),
    file_text: z.string().optional().describe("Required by `create`: the content of the file."),
    old_str: z.string().optional().describe("Required by `str_replace`: the text in `path` to replace."),
    new_str: z
      .string()
      .optional()
      .describe("The new text: optional for `str_replace` (nothing when left out), required by `insert`."),
    insert_line: z
      .int()
      .nonnegative()
      .optional()
      .describe("Required by `insert`: `new_str` goes AFTER this line of `path`."),
    view_range: z
      .array(z.int())
      .optional()
      .describe(
        "For `view` of a file: first and last line, counted from 1, e.g. [11, 12]; `[start_line, -1]` goes to the end.",
      ),
    security_risk: riskParameter,
  }),
  shown: shownAsThere,
  repeatable: ({ command }) => command === "view",
  async run({ view_range: range, ...args }, context) {
    const [first, last, ...more] = range ?? [];
    if (range === undefined) return asThere(runEditor(args, context, words));
    if (first === undefined || last === undefined || more.length > 0)
      throw new ToolProblem("ERROR:\nInvalid `view_range`. It should be a list of two integers.");
    return asThere(runEditor({ ...args, view_range: [first, last] }, context, words));
  },
});

/** Mistakes begin with a word of their own there. */
async function asThere<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ToolProblem) throw new ToolProblem(`ERROR:\n${error.message}`);
    throw error;
  }
}
