import { TaskError } from "../../base/errors.ts";
import type { Definition, TextEdit } from "../../syntax.ts";
import { docstringAt, readStructure, type DefinitionTokens } from "./definitions.ts";
import { lineEnd } from "./strings.ts";
import { Kind, kindAt, type Tokens } from "./tokens.ts";
import { tokenize } from "./tokenizer.ts";

const SEMICOLON = 59;

/**
 * The edit that takes a docstring away: its lines and the blank ones after it (which would show where it stood); code
 * and comments on its line stay, and a body that held nothing else becomes `pass`.
 * @throws TaskError `no-docstring`, or `docstring-not-removable` where the next statement is a string that
 * would become the docstring.
 */
export function removeDocstringEdit(text: string, definition: Definition): TextEdit {
  const tokens = tokenize(text);
  const found = findDefinition(tokens, definition);
  const docstring = found?.docstring;
  if (found === undefined || docstring === undefined) throw noDocstring(definition);
  const start = tokens.starts[docstring.start] ?? 0;
  const end = tokens.ends[docstring.end - 1] ?? 0;
  if (found.statements === 1) return { start, end, text: "pass" };
  const next = nextStatement(tokens, docstring.end);
  if (docstringAt(tokens, next) !== undefined) throw notRemovable(definition);
  const line = lineStart(tokens, start);
  const rest = tokens.starts[next] ?? 0;
  if (kindAt(tokens, next - 1) === SEMICOLON) return { start, end: rest, text: "" };
  const comment = tokens.comments.find((candidate) => candidate.start >= end && candidate.start < rest);
  if (comment !== undefined && comment.start < lineEnd(text, end))
    return { start, end: comment.start, text: "" };
  return { start: line, end: codeLineStart(tokens, end, comment?.start ?? rest), text: "" };
}

/** The definition in this file's own tokens that an outline's entry stands for. */
export function findDefinition(tokens: Tokens, definition: Definition): DefinitionTokens | undefined {
  return readStructure(tokens).definitions.find(
    ({ first, name }) => tokens.starts[first] === definition.span.start && name === definition.name,
  );
}

function nextStatement(tokens: Tokens, end: number): number {
  const hasTrailingSemicolon = kindAt(tokens, end) === SEMICOLON && kindAt(tokens, end + 1) === Kind.newline;
  return end + (hasTrailingSemicolon ? 2 : 1);
}

/** The start of the line of `offset`, or of the first of several that backslashes join. */
function lineStart(tokens: Tokens, offset: number): number {
  const { text } = tokens;
  let start = offset;
  while (start > 0 && /[ \t\f]/.test(text.charAt(start - 1))) start--;
  const joined = /\\(?:\r\n|\r|\n)$/.exec(text.slice(Math.max(0, start - 3), start));
  const isComment = tokens.comments.some((comment) => comment.end === start - (joined?.[0].length ?? 0) + 1);
  return joined === null || isComment ? start : lineStart(tokens, start - joined[0].length);
}

/** The start of the first line after `end` that has something on it, which is at `next`. */
function codeLineStart(tokens: Tokens, end: number, next: number): number {
  const { text } = tokens;
  let start = next;
  while (start > end && /[ \t\f]/.test(text.charAt(start - 1))) start--;
  return start;
}

function noDocstring(definition: Definition): TaskError {
  return new TaskError({
    code: "no-docstring",
    message: `${definition.qualifiedName} has no docstring to remove in this file`,
    hint: "Take the definition from an outline of the same file.",
    fields: { qualifiedName: definition.qualifiedName },
  });
}

function notRemovable(definition: Definition): TaskError {
  return new TaskError({
    code: "docstring-not-removable",
    message: `A second string follows the docstring of ${definition.qualifiedName} and would become its docstring`,
    hint: "Leave this definition out.",
    fields: { qualifiedName: definition.qualifiedName },
  });
}
