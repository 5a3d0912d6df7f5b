import { TaskError } from "../../base/errors.ts";
import type { DecodedSource, Definition, TextEdit } from "../../syntax.ts";
import { lineBreakOf } from "../shared/lines.ts";
import { findDefinition } from "./remove-docstring.ts";
import type { Tokens } from "./tokens.ts";
import { tokenize } from "./tokenizer.ts";

/**
 * The edit that gives a definition a docstring, or another one in place of its own. A body on the
 * header's line moves to a line of its own. Reading the file again gives the same text, cleaned of indentation.
 * @throws TaskError `no-definition` when the definition is not of this file or has no body.
 */
export function insertDocstringEdit(
  source: DecodedSource,
  definition: Definition,
  docstring: string,
): TextEdit {
  const { text } = source;
  const tokens = tokenize(text);
  const found = findDefinition(tokens, definition);
  if (found === undefined || found.bodyEnd <= found.bodyStart) throw noDefinition(definition);
  const lineBreak = lineBreakOf(text);
  const body = tokens.starts[found.bodyStart] ?? 0;
  if (found.inline) {
    const header = tokens.starts[found.header] ?? 0;
    const indent = indentBefore(text, header) + indentUnit(tokens);
    const literal = literalOf(docstring, indent, lineBreak, source);
    const isDocstring = found.docstring !== undefined;
    const end = isDocstring ? (tokens.ends[(found.docstring?.end ?? 0) - 1] ?? body) : body;
    const after = isDocstring ? "" : lineBreak + indent;
    return { start: tokens.ends[found.colon] ?? body, end, text: lineBreak + indent + literal + after };
  }
  const indent = indentBefore(text, body);
  const literal = literalOf(docstring, indent, lineBreak, source);
  if (found.docstring !== undefined) {
    return { start: body, end: tokens.ends[found.docstring.end - 1] ?? body, text: literal };
  }
  const start = tokens.ends[found.colon + 1] ?? body;
  return { start, end: start, text: indent + literal + lineBreak };
}

export function indentBefore(text: string, offset: number): string {
  let start = offset;
  while (start > 0 && !/[\r\n]/.test(text.charAt(start - 1))) start--;
  return /^[ \t\f]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** One level of indentation as the file writes it. */
export function indentUnit({ text }: Tokens): string {
  return /^[ \t]+(?=\S)/m.exec(text)?.[0].startsWith("\t") ? "\t" : "    ";
}

/** A triple-quoted literal; what the quotes, the encoding or Python's reading of lines would change is escaped. */
function literalOf(docstring: string, indent: string, lineBreak: string, source: DecodedSource): string {
  const lines = docstring
    .replaceAll("\\", "\\\\")
    // No two quotes in a row, and none before the closing ones.
    .replaceAll(/"(?="|$)/g, String.raw`\"`)
    .split("\n")
    .map((line) => escapeUnwritable(line, source));
  const [first = "", ...rest] = lines;
  const indented = rest.map((line) => (line === "" ? "" : indent + line));
  // Where only blank lines follow, Python would take the indentation before the quotes for text.
  const closing = rest.some((line) => line.trim() !== "") ? [indent] : [];
  return `"""${[first, ...indented, ...closing].join(lineBreak)}"""`;
}

function escapeUnwritable(line: string, source: DecodedSource): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const safe = line.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, escapeCharacter);
  // oxlint-disable-next-line no-control-regex -- ASCII is in every encoding
  return safe.replaceAll(/[^\u0000-\u007F]/gu, (character) =>
    canWrite(character, source) ? character : escapeCharacter(character),
  );
}

function canWrite(character: string, source: DecodedSource): boolean {
  try {
    source.encode(character);
    return true;
  } catch {
    return false;
  }
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x1_00_00
    ? `\\u${code.toString(16).padStart(4, "0")}`
    : `\\U${code.toString(16).padStart(8, "0")}`;
}

function noDefinition(definition: Definition): TaskError {
  return new TaskError({
    code: "no-definition",
    message: `${definition.qualifiedName} is not in this file`,
    hint: "Take the definition from an outline of the same file.",
    fields: { qualifiedName: definition.qualifiedName },
  });
}
