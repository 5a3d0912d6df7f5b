import { z } from "zod";
import type { Tool } from "../../tool.ts";
import { defineTool } from "../define-tool.ts";
import { runEditor, type EditorWords } from "./editor.ts";

const parameters = z.strictObject({
  command: z.enum(["view", "create", "str_replace", "insert", "undo_edit"]),
  path: z.string().min(1).describe("A file or folder: absolute, or from the repository's folder."),
  view_range: z
    .tuple([z.int(), z.int()])
    .optional()
    .describe("With view: first and last line, from 1; -1 as the last is the end of the file."),
  file_text: z.string().optional().describe("With create: the content."),
  old_str: z
    .string()
    .optional()
    .describe("With str_replace: the text to replace; it must occur exactly once."),
  new_str: z
    .string()
    .optional()
    .describe("With str_replace: the new text, nothing by default. With insert: the lines to add."),
  insert_line: z
    .int()
    .nonnegative()
    .optional()
    .describe("With insert: the line after which to add; 0 is the beginning."),
});

export const standardWords: EditorWords = {
  file: (_, numbered) => numbered,
  folder: (path, entries) =>
    entries === "" ? `${path} is an empty folder.` : `${path}, two levels deep:\n${entries}`,
  created: (path, lines) => `Created ${path} (${lines} lines).`,
  edited: (path, excerpt) => `Edited ${path}:\n${excerpt}`,
  undone: (path, removed) => (removed ? `Removed ${path} again.` : `Took back the last edit of ${path}.`),
};

export const editorTool: Tool = defineTool({
  name: "editor",
  description:
    "Views and edits files. view: a file with line numbers, or a folder two levels deep. create: a new file. " +
    "str_replace: replaces text that occurs exactly once, white space included. insert: adds lines after a line. " +
    "undo_edit: takes back the last edit of a file by this tool.",
  parameters,
  repeatable: ({ command }) => command === "view",
  run: (args, context) => runEditor(args, context, standardWords),
});
