import { parseValue } from "../../base/json.ts";
import type { DecodedSource, Definition, Syntax } from "../../syntax.ts";
import type { Cheat, CheatInput } from "../../task.ts";
import type { FileChange } from "../../tree.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { sharedCheats } from "../cheats.ts";
import { findDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type Answer, answerSchema } from "./answer.ts";
import { markerLine } from "./marker.ts";

/** A file of the start state in which something is to be written. */
interface Page {
  readonly path: string;
  readonly syntax: Syntax;
  readonly content: Uint8Array;
  readonly source: DecodedSource;
  readonly definitions: readonly Definition[];
  /** In source order. */
  readonly dependencies: readonly Definition[];
}

/** How a wrong answer writes at one dependency; undefined where it has no place for that. */
type Write = (page: Page, dependency: Definition, marker: string) => Insertion | undefined;
type Insertion = { readonly offset: number; readonly text: string };

/** The shared cheats, and marks that look like the answer but are not. */
export async function searchCheats(input: CheatInput, syntaxes: SyntaxLookup): Promise<Cheat[]> {
  const answer = parseValue(input.secret.answer, answerSchema, `secret ${input.secret.id}`);
  const pages = await readPages(input, answer, syntaxes);
  const cheats = await sharedCheats(input, syntaxes);
  const add = (name: string, changes: readonly FileChange[]) => {
    if (changes.length > 0) cheats.push({ name, changes });
  };
  for (const [name, write] of Object.entries(WRONG_FORM)) add(name, rewrite(pages, answer, write));
  const right = await applyFileEdits(input.start, input.secret.solution);
  for (const [name, choose] of Object.entries(ONE_MORE)) add(name, withOneMore(pages, answer, choose));
  add("one-left-out", leftOut(pages, answer));
  add("right-edit-and-docstring", withDocstring(right, pages));
  return cheats;
}

const above: Write = ({ source }, { span }, marker) => ({
  offset: span.start,
  text: `${marker}\n${indentOf(source, span.start)}`,
});

/** Every dependency is written at, in a way that does not count. */
const WRONG_FORM: Readonly<Record<string, Write>> = {
  "marked-twice": (page, one, marker) => {
    const { offset, text } = above(page, one, marker) as Insertion;
    return { offset, text: text + text };
  },
  "blank-line-between": (page, one, marker) => above(page, one, `${marker}\n`),
  "another-name": (page, one, marker) => above(page, one, marker.replace(/by the \S+ /, "by the other_one ")),
  "other-words": (page, one, marker) => above(page, one, marker.replace("is called by", "is used by")),
  "below-the-definition": ({ source }, { span }, marker) => {
    const end = source.text.indexOf("\n", span.end - 1);
    return end === -1 ? undefined : { offset: end + 1, text: `${marker}\n` };
  },
  "below-the-decorators": ({ source }, { span, line, firstLine }, marker) => {
    if (line === firstLine) return undefined;
    const offset = offsetOfLine(source.text, line);
    return offset < span.start ? undefined : { offset, text: `${indentAt(source, offset)}${marker}\n` };
  },
  "behind-the-code": ({ source, syntax }, { line }, marker) => {
    const end = offsetOfLine(source.text, line + 1) - 1;
    const text = source.text.slice(offsetOfLine(source.text, line), end);
    return text.trimEnd().endsWith(":") && !text.includes(syntax.lineComment)
      ? { offset: end, text: `  ${marker}` }
      : undefined;
  },
};

/** Beside all right marks there is one more, above a definition that is not called. */
const ONE_MORE: Readonly<
  Record<string, (pages: readonly Page[], answer: Answer) => [Page, Definition] | undefined>
> = {
  "right-marks-and-the-function-itself": (pages, { target }) => {
    const page = pages.find((one) => one.path === target.path);
    const found = page && findDefinition({ definitions: page.definitions, broken: false }, target);
    return page === undefined || found === undefined || page.dependencies.includes(found)
      ? undefined
      : [page, found];
  },
  "right-marks-and-a-neighbour": (pages) => {
    for (const page of pages) {
      const lines = new Set(page.dependencies.map((one) => one.firstLine));
      const other = page.definitions.find(
        (one) => !page.dependencies.includes(one) && !lines.has(one.firstLine),
      );
      if (other !== undefined) return [page, other];
    }
    return undefined;
  },
};

function withOneMore(
  pages: readonly Page[],
  answer: Answer,
  choose: (pages: readonly Page[], answer: Answer) => [Page, Definition] | undefined,
): FileChange[] {
  const more = choose(pages, answer);
  if (more === undefined) return [];
  return pages.flatMap((page) => {
    const marked = page === more[0] ? [...page.dependencies, more[1]] : page.dependencies;
    return write(page, marked, answer, above);
  });
}

function leftOut(pages: readonly Page[], answer: Answer): FileChange[] {
  if (answer.dependencies.length < 2) return [];
  const last = pages.findLast((page) => page.dependencies.length > 0);
  return pages.flatMap((page) =>
    write(page, page === last ? page.dependencies.slice(0, -1) : page.dependencies, answer, above),
  );
}

/** The right marks, and a docstring of a definition in one of the files that is another one. */
function withDocstring(right: readonly FileChange[], pages: readonly Page[]): FileChange[] {
  for (const page of pages) {
    const change = right.find((one) => one.path === page.path);
    if (change?.after === undefined) continue;
    const after = page.syntax.decode(change.after.content);
    if ("problem" in after) continue;
    const documented = page.syntax.outline(after).definitions.find((one) => one.docstring !== undefined);
    if (documented === undefined) continue;
    const edit = page.syntax.insertDocstring(after, documented, "Says something else now.");
    const text = after.text.slice(0, edit.start) + edit.text + after.text.slice(edit.end);
    const edited = { ...change, after: { ...change.after, content: after.encode(text) } };
    return right.map((one) => (one === change ? edited : one));
  }
  return [];
}

function rewrite(pages: readonly Page[], answer: Answer, form: Write): FileChange[] {
  return pages.flatMap((page) => write(page, page.dependencies, answer, form));
}

function write(page: Page, at: readonly Definition[], { target }: Answer, form: Write): FileChange[] {
  const { path, content, source, syntax } = page;
  const marker = markerLine(syntax, target.name);
  const insertions = at.map((one) => form(page, one, marker)).filter((one) => one !== undefined);
  if (insertions.length === 0) return [];
  let { text } = source;
  for (const { offset, text: added } of insertions.sort((a, b) => b.offset - a.offset))
    text = text.slice(0, offset) + added + text.slice(offset);
  const before = { mode: "100644" as const, content };
  return [{ path, before, after: { ...before, content: source.encode(text) } }];
}

async function readPages({ start }: CheatInput, answer: Answer, syntaxes: SyntaxLookup): Promise<Page[]> {
  const paths = [...new Set([answer.target, ...answer.dependencies].map((one) => one.path))].sort();
  const pages: Page[] = [];
  for (const path of paths) {
    const syntax = syntaxes.for(path);
    if (syntax === undefined || start.entry(path)?.mode !== "100644") continue;
    const content = await start.read(path);
    const source = syntax.decode(content);
    if ("problem" in source) continue;
    const outline = syntax.outline(source);
    const dependencies = answer.dependencies
      .filter((one) => one.path === path)
      .map((one) => findDefinition(outline, one))
      .filter((one) => one !== undefined);
    pages.push({ path, syntax, content, source, definitions: outline.definitions, dependencies });
  }
  return pages;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

function indentOf({ text }: DecodedSource, offset: number): string {
  return /[ \t]*$/.exec(text.slice(0, offset))?.[0] ?? "";
}

function indentAt({ text }: DecodedSource, offset: number): string {
  return /^[ \t]*/.exec(text.slice(offset, offset + 200))?.[0] ?? "";
}
