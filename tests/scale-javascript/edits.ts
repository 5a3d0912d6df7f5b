import type { Random } from "../../src/base/random.ts";
import type { DecodedSource, Definition, Syntax, TextEdit } from "../../src/syntax.ts";
import type { Reading } from "./oracle.ts";

/** Makes another text of a file; undefined where the file has no place for it. */
export type Change = (file: Edited, random: Random) => string | undefined;

export interface Edited {
  readonly syntax: Syntax;
  readonly source: DecodedSource;
  readonly definitions: readonly Definition[];
  /** The file as the compiler reads it. */
  readonly reading: Reading;
}

const WORDS = [
  "returns",
  "the",
  "value",
  "of",
  "each",
  "item",
  "/",
  "*",
  "*/",
  "//",
  "`code`",
  "${x}",
  "<b>",
  "'q'",
  '"',
  "\\",
  "{",
  "@param",
  "é",
  "→",
];

/** Edits of comments only. Whether one is also an edit of code (a line break behind `return`) is for the compiler to say. */
export const commentEdits: Readonly<Record<string, Change>> = {
  "a docstring inserted": (file, random) => {
    const definition = anyOf(file.definitions, random);
    return definition && applied(file, file.syntax.insertDocstring(file.source, definition, prose(random)));
  },
  "a docstring removed": (file, random) => {
    const definition = anyOf(
      file.definitions.filter(({ docstring }) => docstring !== undefined),
      random,
    );
    return definition && removed(file, definition);
  },
  "a block comment between tokens": (file, random) => between(file, random, `/* ${oneLine(random)} */`),
  "a JSDoc comment between tokens": (file, random) => between(file, random, `/** ${oneLine(random)} */`),
  "a line comment between tokens": (file, random) => between(file, random, `// ${oneLine(random)}\n`),
  "a block of two lines between tokens": (file, random) =>
    between(file, random, `/* a\n${oneLine(random)} */`),
  "a line of comment": ({ source: { text } }, random) => {
    const lines = text.split("\n");
    const at = random.integer(lines.length);
    lines.splice(at, 0, `  // ${oneLine(random)}`);
    return lines.join("\n");
  },
  "a comment removed": (file, random) => {
    const comment = anyOf(file.syntax.comments(file.source), random);
    return comment && applied(file, { ...comment.span, text: "" });
  },
  "a comment's text changed": (file, random) => {
    const comment = anyOf(file.syntax.comments(file.source), random);
    if (comment === undefined || comment.text.startsWith("#!")) return undefined;
    const text = comment.text.startsWith("/*") ? `/* ${oneLine(random)} */` : `// ${oneLine(random)}`;
    return applied(file, { ...comment.span, text });
  },
  "other line ends": ({ source: { text } }) => text.replaceAll(/\r?\n/g, "\r\n"),
  "blank lines": ({ source: { text } }, random) => {
    const lines = text.split("\n");
    lines.splice(random.integer(lines.length), 0, "", "  ");
    return lines.join("\n");
  },
};

/** The file without a docstring; undefined where another block would take its place. */
export function removed({ syntax, source }: Edited, definition: Definition): string | undefined {
  try {
    const edit = syntax.removeDocstring(source, definition);
    return source.text.slice(0, edit.start) + edit.text + source.text.slice(edit.end);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "docstring-not-removable")
      return undefined;
    throw error;
  }
}

function between(file: Edited, random: Random, comment: string): string | undefined {
  const token = anyOf(file.reading.tokens, random);
  return token && applied(file, { start: token.start, end: token.start, text: comment });
}

export function applied({ source: { text } }: Edited, { start, end, text: inserted }: TextEdit): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

export function anyOf<T>(items: readonly T[], random: Random): T | undefined {
  return items.length === 0 ? undefined : random.pick(items);
}

function oneLine(random: Random): string {
  const words = Array.from({ length: 1 + random.integer(6) }, () => random.pick(WORDS));
  return words.join(" ").replaceAll("*/", "*");
}

function prose(random: Random): string {
  const lines = Array.from({ length: 1 + random.integer(3) }, () => {
    const words = Array.from({ length: 2 + random.integer(6) }, () => random.pick(WORDS));
    return words.join(" ");
  });
  return `Text ${lines.join("\n")}`;
}
