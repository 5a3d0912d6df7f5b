import type { CodeComparison, DecodedSource } from "../../syntax.ts";
import { commentChanges } from "./comment-changes.ts";
import type { DefinitionTokens, DocstringTokens } from "./definitions.ts";
import { cookieOf } from "./encoding.ts";
import { sameWithoutCommentLines } from "./invalid-files.ts";
import { lineAt, universalNewlines } from "../shared/lines.ts";
import { qualifiedNames } from "./outline.ts";
import { Kind, tokenText, type Tokens } from "./tokens.ts";
import { readSource, type ReadSource } from "./read-source.ts";
import { validityOf } from "./validity.ts";

const COOKIE_CHANGED = "the encoding cookie changed";

type DocstringChange = Extract<CodeComparison, { same: true }>["docstrings"][number];

/**
 * Whether two versions of a Python file are the same program but for comments and docstrings. Line breaks,
 * indentation width and white space may differ, for the program does not; the encoding may not.
 */
export function compareCode(before: DecodedSource, after: DecodedSource): CodeComparison {
  if (before.encoding !== after.encoding) {
    return changed(1, `encoding ${before.encoding} became ${after.encoding}`);
  }
  if (before.text === after.text) return { same: true, docstrings: [], comments: [] };
  if (!validityOf(before).valid) return compareInvalid(before.text, after.text);
  const validity = validityOf(after);
  if (!validity.valid) {
    return { same: false, reason: "now-invalid", line: validity.line, detail: validity.message };
  }
  if (cookieOf(before.text) !== cookieOf(after.text)) return changed(1, COOKIE_CHANGED);
  return compareTokens(readSource(before.text), readSource(after.text));
}

/**
 * Python 2, a template or something broken. Where its strings, brackets and blocks close and every definition has a
 * body, its tokens say as much as those of a valid file; otherwise only whole lines are certain.
 */
function compareInvalid(before: string, after: string): CodeComparison {
  if (cookieOf(before) !== cookieOf(after)) return changed(1, COOKIE_CHANGED);
  const [old, now] = [readSource(before), readSource(after)];
  return isSound(old) && isSound(now) ? compareTokens(old, now) : sameWithoutCommentLines(before, after);
}

function isSound({ tokens, structure }: ReadSource): boolean {
  return !structure.broken && tokens.problems.every(({ confined }) => confined === true);
}

function compareTokens(before: ReadSource, after: ReadSource): CodeComparison {
  const difference = firstDifference(before, after);
  if (difference !== undefined) return difference;
  return { same: true, docstrings: docstringChanges(before, after), comments: commentChanges(before, after) };
}

function firstDifference(before: ReadSource, after: ReadSource): CodeComparison | undefined {
  const count = Math.max(before.code.kinds.length, after.code.kinds.length);
  for (let index = 0; index < count; index++) {
    if (sameToken(before, after, index)) continue;
    const source = after.code.sources[index] ?? after.tokens.count - 1;
    const line = lineAt(after.lines, after.tokens.starts[source] ?? 0);
    return changed(line, `${describe(before, index)} became ${describe(after, index)}`);
  }
  return undefined;
}

function sameToken(before: ReadSource, after: ReadSource, index: number): boolean {
  const kind = before.code.kinds[index];
  if (kind !== after.code.kinds[index]) return false;
  if (kind === undefined || kind > Kind.operator) return true;
  const old = textAt(before, index);
  const text = textAt(after, index);
  return old === text || universalNewlines(old) === universalNewlines(text);
}

function textAt({ tokens, code }: ReadSource, index: number): string {
  return tokenText(tokens, code.sources[index] ?? tokens.count);
}

const MARKS: Readonly<Record<number, string>> = {
  [Kind.newline]: "the end of a statement",
  [Kind.indent]: "the start of a block",
  [Kind.dedent]: "the end of a block",
};

function describe(source: ReadSource, index: number): string {
  const kind = source.code.kinds[index];
  if (kind === undefined) return "the end of the file";
  const text = textAt(source, index);
  return MARKS[kind] ?? `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

function changed(line: number, detail: string): CodeComparison {
  return { same: false, reason: "code-changed", line, detail };
}

function docstringChanges(before: ReadSource, after: ReadSource): DocstringChange[] {
  const module = change(before, after, before.structure.docstring, after.structure.docstring);
  const changes: DocstringChange[] =
    module === undefined ? [] : [{ qualifiedName: "", ordinal: 0, change: module }];
  const names = qualifiedNames(after.structure.definitions);
  after.structure.definitions.forEach((definition, index) => {
    const old: DefinitionTokens | undefined = before.structure.definitions[index];
    const found = change(before, after, old?.docstring, definition.docstring);
    const name = names[index];
    if (found !== undefined && name !== undefined) changes.push({ ...name, change: found });
  });
  return changes;
}

function change(
  before: ReadSource,
  after: ReadSource,
  old: DocstringTokens | undefined,
  now: DocstringTokens | undefined,
): DocstringChange["change"] | undefined {
  if (old === undefined) return now === undefined ? undefined : "added";
  if (now === undefined) return "removed";
  return literalText(before.tokens, old) === literalText(after.tokens, now) ? undefined : "changed";
}

function literalText(tokens: Tokens, docstring: DocstringTokens): string {
  const literals: string[] = [];
  for (let index = docstring.literalStart; index < docstring.literalEnd; index++) {
    literals.push(universalNewlines(tokenText(tokens, index)));
  }
  return literals.join("\0");
}
