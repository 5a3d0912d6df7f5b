import { posix } from "node:path";
import { z } from "zod";
import { SandboxFileError } from "../../sandbox.ts";
import type { Tool, ToolContext, ToolResult } from "../../tool.ts";
import { defineTool, ToolProblem } from "../define-tool.ts";
import { type Edited, insertLines, replaceOnce } from "./changes.ts";
import { listFolder } from "./folder.ts";
import { excerpt, numberedLines } from "./show.ts";
import { decodeFile, encodeFile, linesOf, type TextFile } from "./text-file.ts";

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
type Arguments = z.infer<typeof parameters>;

export const editorTool: Tool = defineTool({
  name: "editor",
  description:
    "Views and edits files. view: a file with line numbers, or a folder two levels deep. create: a new file. " +
    "str_replace: replaces text that occurs exactly once, white space included. insert: adds lines after a line. " +
    "undo_edit: takes back the last edit of a file by this tool.",
  parameters,
  async run(args, context) {
    const path = posix.resolve(context.sandbox.root, args.path);
    switch (args.command) {
      case "view":
        return view(args, path, context);
      case "create":
        return create(args, path, context);
      case "str_replace": {
        const before = needed(args, "old_str");
        return edit(args, path, context, (file) => replaceOnce(file, args.path, before, args.new_str ?? ""));
      }
      case "insert": {
        const after = needed(args, "insert_line");
        const text = needed(args, "new_str");
        return edit(args, path, context, (file) => insertLines(file, args.path, after, text));
      }
      case "undo_edit":
        return undo(args, path, context);
    }
  },
});

function needed<K extends keyof Arguments>(args: Arguments, name: K): NonNullable<Arguments[K]> {
  const value = args[name];
  if (value === undefined || value === null)
    throw new ToolProblem(`The command ${args.command} needs ${name}.`);
  return value;
}

/** The bytes of a file, or which kind of thing is there instead. */
async function readFile(path: string, context: ToolContext): Promise<Uint8Array | "folder" | "nothing"> {
  try {
    return await context.sandbox.read(path);
  } catch (error) {
    if (error instanceof SandboxFileError && error.code === "is-a-folder") return "folder";
    if (error instanceof SandboxFileError && error.code === "file-not-found") return "nothing";
    throw error;
  }
}

async function readText(args: Arguments, path: string, context: ToolContext): Promise<TextFile> {
  const content = await readFile(path, context);
  if (content === "nothing") throw new ToolProblem(`${args.path} does not exist.`);
  if (content === "folder") throw new ToolProblem(`${args.path} is a folder; ${args.command} needs a file.`);
  return decodeFile(content, args.path);
}

async function view(args: Arguments, path: string, context: ToolContext): Promise<ToolResult> {
  const content = await readFile(path, context);
  if (content === "nothing") throw new ToolProblem(`${args.path} does not exist.`);
  if (content === "folder") {
    if (args.view_range !== undefined)
      throw new ToolProblem(`${args.path} is a folder; view_range is for files.`);
    return { content: await listFolder(context.sandbox, path), isError: false };
  }
  const { text } = decodeFile(content, args.path);
  const total = linesOf(text).length;
  if (total === 0) return { content: `${args.path} is empty.`, isError: false };
  const [first, last] = lineRange(args, total);
  const shown = numberedLines(text, first, last);
  return {
    content: shown.text,
    isError: false,
    ...(shown.cut === 0 ? {} : { truncatedCharacters: shown.cut }),
  };
}

function lineRange(args: Arguments, total: number): [first: number, last: number] {
  const [first, last] = args.view_range ?? [1, -1];
  if (first < 1 || first > total || (last !== -1 && last < first)) {
    throw new ToolProblem(
      `view_range [${first}, ${last}] does not fit: ${args.path} has lines 1 to ${total}.`,
    );
  }
  return [first, last === -1 ? total : Math.min(last, total)];
}

async function create(args: Arguments, path: string, context: ToolContext): Promise<string> {
  const text = needed(args, "file_text");
  const before = await readFile(path, context);
  if (before === "folder") throw new ToolProblem(`${args.path} is a folder.`);
  if (before !== "nothing")
    throw new ToolProblem(`${args.path} exists already; edit it with str_replace or insert.`);
  await save(path, undefined, Buffer.from(text), context);
  return `Created ${args.path} (${linesOf(text).length} lines).`;
}

async function edit(
  args: Arguments,
  path: string,
  context: ToolContext,
  change: (file: TextFile) => Edited,
): Promise<string> {
  const file = await readText(args, path, context);
  const edited = change(file);
  await save(path, encodeFile(file), encodeFile({ ...file, text: edited.text }), context);
  return `Edited ${args.path}:\n${excerpt(edited.text, edited.firstLine, edited.lastLine)}`;
}

interface Step {
  /** Absent where the file was made. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

function historyOf(context: ToolContext): Map<string, Step[]> {
  const known = context.memory.get("editor");
  if (known instanceof Map) return known;
  const history = new Map<string, Step[]>();
  context.memory.set("editor", history);
  return history;
}

async function save(
  path: string,
  before: Uint8Array | undefined,
  after: Uint8Array,
  context: ToolContext,
): Promise<void> {
  await context.sandbox.write(path, after);
  const history = historyOf(context);
  history.set(path, [...(history.get(path) ?? []), { before, after }]);
}

async function undo(args: Arguments, path: string, context: ToolContext): Promise<string> {
  const steps = historyOf(context).get(path) ?? [];
  const step = steps.at(-1);
  if (step === undefined) throw new ToolProblem(`There is no edit of ${args.path} to undo.`);
  const now = await readFile(path, context);
  if (typeof now === "string" || Buffer.compare(now, step.after) !== 0) {
    throw new ToolProblem(`${args.path} was changed since by something else; nothing was undone.`);
  }
  if (step.before === undefined) await context.sandbox.exec(["rm", "-f", "--", path], { timeoutMs: 30_000 });
  else await context.sandbox.write(path, step.before);
  historyOf(context).set(path, steps.slice(0, -1));
  return step.before === undefined
    ? `Removed ${args.path} again.`
    : `Took back the last edit of ${args.path}.`;
}
