import { posix } from "node:path";
import { SandboxFileError } from "../../sandbox.ts";
import type { ToolContext, ToolResult } from "../../tool.ts";
import { ToolProblem } from "../define-tool.ts";
import { type Edited, insertLines, replaceOnce } from "./changes.ts";
import { listFolder } from "./folder.ts";
import { excerpt, numberedLines, type Shown } from "./show.ts";
import { decodeFile, encodeFile, linesOf, type TextFile } from "./text-file.ts";

/** What an editor is asked to do; tools of several sets have it in words of their own. */
export interface EditorArguments {
  readonly command: "view" | "create" | "str_replace" | "insert" | "undo_edit";
  readonly path: string;
  readonly view_range?: readonly [number, number] | undefined;
  readonly file_text?: string | undefined;
  readonly old_str?: string | undefined;
  readonly new_str?: string | undefined;
  readonly insert_line?: number | undefined;
}
type Arguments = EditorArguments;

/** How an editor says what it did; `path` is the agent's own spelling. */
export interface EditorWords {
  file(path: string, numbered: string): string;
  folder(path: string, entries: string): string;
  created(path: string, lines: number): string;
  edited(path: string, excerpt: string): string;
  undone(path: string, removed: boolean): string;
}

/** Views and edits files of the sandbox. @throws ToolProblem for what the agent did wrong. */
export async function runEditor(
  args: EditorArguments,
  context: ToolContext,
  words: EditorWords,
): Promise<ToolResult> {
  const path = posix.resolve(context.sandbox.root, args.path);
  switch (args.command) {
    case "view":
      return view(args, path, context, words);
    case "create":
      return create(args, path, context, words);
    case "str_replace": {
      const before = needed(args, "old_str");
      const change = (file: TextFile) => replaceOnce(file, args.path, before, args.new_str ?? "");
      return edit(args, path, context, words, change);
    }
    case "insert": {
      const after = needed(args, "insert_line");
      const text = needed(args, "new_str");
      return edit(args, path, context, words, (file) => insertLines(file, args.path, after, text));
    }
    case "undo_edit":
      return undo(args, path, context, words);
  }
}

function answer(content: string, { cut }: Pick<Shown, "cut"> = { cut: 0 }): ToolResult {
  return { content, isError: false, ...(cut === 0 ? {} : { truncatedCharacters: cut }) };
}

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

async function view(
  args: Arguments,
  path: string,
  context: ToolContext,
  words: EditorWords,
): Promise<ToolResult> {
  const content = await readFile(path, context);
  if (content === "nothing") throw new ToolProblem(`${args.path} does not exist.`);
  if (content === "folder") {
    if (args.view_range !== undefined)
      throw new ToolProblem(`${args.path} is a folder; view_range is for files.`);
    const listed = await listFolder(context.sandbox, path);
    return answer(words.folder(path, listed.text), listed);
  }
  const { text } = decodeFile(content, args.path);
  const total = linesOf(text).length;
  if (total === 0) return answer(`${args.path} is empty.`);
  const [first, last] = lineRange(args, total);
  const shown = numberedLines(text, first, last);
  return answer(words.file(args.path, shown.text), shown);
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

async function create(
  args: Arguments,
  path: string,
  context: ToolContext,
  words: EditorWords,
): Promise<ToolResult> {
  const text = needed(args, "file_text");
  const before = await readFile(path, context);
  if (before === "folder") throw new ToolProblem(`${args.path} is a folder.`);
  if (before !== "nothing")
    throw new ToolProblem(`${args.path} exists already; edit it with str_replace or insert.`);
  await save(path, undefined, Buffer.from(text), context);
  return answer(words.created(args.path, linesOf(text).length));
}

async function edit(
  args: Arguments,
  path: string,
  context: ToolContext,
  words: EditorWords,
  change: (file: TextFile) => Edited,
): Promise<ToolResult> {
  const file = await readText(args, path, context);
  const edited = change(file);
  await save(path, encodeFile(file), encodeFile({ ...file, text: edited.text }), context);
  const shown = excerpt(edited.text, edited.firstLine, edited.lastLine);
  return answer(words.edited(args.path, shown.text), shown);
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

async function undo(
  args: Arguments,
  path: string,
  context: ToolContext,
  words: EditorWords,
): Promise<ToolResult> {
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
  return answer(words.undone(args.path, step.before === undefined));
}
