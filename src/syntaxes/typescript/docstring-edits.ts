import { TaskError } from "../../base/errors.ts";
import type { DecodedSource, Definition, Span, TextEdit } from "../../syntax.ts";
import { lineBreakOf } from "../shared/lines.ts";
import { ownLine } from "./comments.ts";
import { type DefinitionNode, definitionsOf } from "./definitions.ts";
import type { Dialect } from "./dialects.ts";
import { isJsdoc, writeJsdoc } from "./jsdoc.ts";
import { parsedSource } from "./source.ts";

/**
 * The edit that takes a JSDoc comment away, with its lines and the blank ones after it (which would show where it stood).
 * @throws TaskError `no-docstring`, or `docstring-not-removable` where the block before it would become the docstring.
 */
export function removeDocstringEdit(
  dialect: Dialect,
  source: DecodedSource,
  definition: Definition,
): TextEdit {
  const { text } = source;
  const { leading, docstring } = find(dialect, source, definition);
  if (docstring === undefined) throw noDocstring(definition);
  const blocks = leading.filter(({ start, end }) => isJsdoc(text.slice(start, end)));
  if (blocks.length > 1) throw notRemovable(definition);
  const { start, end } = docstring;
  if (ownLine(text, docstring)) {
    const rest = /(?:[ \t]*(?:\r\n|\r|\n))*/y;
    rest.lastIndex = end;
    rest.test(text);
    return { start: lineStart(text, start), end: rest.lastIndex, text: "" };
  }
  const spaces = /[ \t]*/y;
  spaces.lastIndex = end;
  spaces.test(text);
  return { start, end: spaces.lastIndex, text: inItsPlace(text, docstring) };
}

/** A comment with a line break in it can end a statement, and any comment parts two words. */
function inItsPlace(text: string, { start, end }: Span): string {
  if (text.slice(lineStart(text, start), start).trim() === "") return "";
  return /\r\n|\r|\n/.exec(text.slice(start, end))?.[0] ?? " ";
}

/** The edit that puts a JSDoc comment above a definition, or in the place of the one that it has. */
export function insertDocstringEdit(
  dialect: Dialect,
  source: DecodedSource,
  definition: Definition,
  docstring: string,
): TextEdit {
  const { text } = source;
  const { leading, docstring: old, span, sameLine } = find(dialect, source, definition);
  const lineBreak = lineBreakOf(text);
  const before = text.slice(lineStart(text, old?.start ?? span.start), old?.start ?? span.start);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? "";
  const block = writeJsdoc(docstring, indent, lineBreak);
  if (old !== undefined) return { ...old, text: block };
  // A comment on the line of the code before would be about that code.
  const isLed = sameLine || leading.length > 0 || before.trim() === "";
  const above = isLed ? "" : lineBreak + indent;
  return { start: span.start, end: span.start, text: above + block + lineBreak + indent };
}

function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !/[\r\n]/.test(text.charAt(start - 1))) start--;
  return start;
}

function find(dialect: Dialect, source: DecodedSource, definition: Definition): DefinitionNode {
  const parsed = parsedSource(dialect, source);
  const found =
    "file" in parsed
      ? definitionsOf(parsed).list.find(
          ({ qualifiedName, ordinal }) =>
            qualifiedName === definition.qualifiedName && ordinal === definition.ordinal,
        )
      : undefined;
  if (found === undefined || found.span.start !== definition.span.start) throw noDefinition(definition);
  return found;
}

function noDefinition({ qualifiedName }: Definition): TaskError {
  return new TaskError({
    code: "no-definition",
    message: `${qualifiedName} is not in this file`,
    hint: "Take the definition from an outline of the same file.",
    fields: { qualifiedName },
  });
}

function noDocstring({ qualifiedName }: Definition): TaskError {
  return new TaskError({
    code: "no-docstring",
    message: `${qualifiedName} has no docstring to remove in this file`,
    hint: "Take the definition from an outline of the same file.",
    fields: { qualifiedName },
  });
}

function notRemovable({ qualifiedName }: Definition): TaskError {
  return new TaskError({
    code: "docstring-not-removable",
    message: `A second JSDoc comment stands above that of ${qualifiedName} and would become its docstring`,
    hint: "Leave this definition out.",
    fields: { qualifiedName },
  });
}
