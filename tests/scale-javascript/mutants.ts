import ts from "typescript";
import type { Random } from "../../src/base/random.ts";
import { anyOf, applied, type Change, type Edited } from "./edits.ts";
import type { OracleToken } from "./oracle.ts";

const { SyntaxKind } = ts;

/** Edits of code, found through the compiler's tokens. Which are none after all is for the compiler to say. */
export const mutants: Readonly<Record<string, Change>> = {
  "an operator": (file, random) => {
    const found = pick(file, random, ({ start, end }) => OPERATORS.has(file.source.text.slice(start, end)));
    return found && replace(file, found, (text) => OPERATORS.get(text) ?? text);
  },
  "a name": (file, random) => replaceAny(file, random, isKind(SyntaxKind.Identifier), (text) => `${text}_`),
  "a name's case": (file, random) =>
    replaceAny(file, random, isKind(SyntaxKind.Identifier), (text) => text.toUpperCase()),
  "a number": (file, random) =>
    replaceAny(file, random, isKind(SyntaxKind.NumericLiteral), (text) => `1${text}`),
  "a string's text": (file, random) =>
    replaceAny(
      file,
      random,
      isKind(SyntaxKind.StringLiteral),
      (text) => `${text.slice(0, -1)}x${text.slice(-1)}`,
    ),
  "white space in a string": (file, random) =>
    replaceAny(
      file,
      random,
      isKind(SyntaxKind.StringLiteral),
      (text) => `${text.slice(0, -1)} ${text.slice(-1)}`,
    ),
  "a template's text": (file, random) =>
    replaceAny(file, random, isTemplate, (text) => `${text.slice(0, 1)} ${text.slice(1)}`),
  "text in JSX": (file, random) =>
    replaceAny(file, random, isKind(SyntaxKind.JsxText), (text) => `${text} x`),
  "a pattern": (file, random) =>
    replaceAny(file, random, isKind(SyntaxKind.RegularExpressionLiteral), (text) => `/x${text.slice(1)}`),
  "true and false": (file, random) =>
    replaceAny(file, random, isKind(SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword), (text) =>
      text === "true" ? "false" : "true",
    ),
  "a token deleted": (file, random) =>
    replaceAny(
      file,
      random,
      () => true,
      () => " ",
    ),
  "a keyword deleted": (file, random) =>
    replaceAny(
      file,
      random,
      ({ kind }) => kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword,
      () => "",
    ),
  "a token twice": (file, random) =>
    replaceAny(
      file,
      random,
      () => true,
      (text) => `${text} ${text}`,
    ),
  "a line break after a token": (file, random) => replaceAny(file, random, mayEnd, (text) => `${text}\n`),
  "a comment with a line break after a token": (file, random) =>
    replaceAny(file, random, mayEnd, (text) => `${text} /* \n */`),
  "two lines swapped": ({ source: { text } }, random) => {
    const lines = text.split("\n");
    const at = random.integer(lines.length);
    [lines[at], lines[at + 1]] = [lines[at + 1] ?? "", lines[at] ?? ""];
    return lines.join("\n");
  },
  "a line deleted": (file, random) => changeLine(file, random, () => undefined),
  "a line commented out": (file, random) => changeLine(file, random, (line) => `// ${line}`),
  "a comment as code": (file, random) => {
    const comment = anyOf(file.syntax.comments(file.source), random);
    return (
      comment && applied(file, { ...comment.span, text: comment.text.replaceAll(/^\/[/*]+|\*+\/$/g, "") })
    );
  },
  "a comment's end moved": (file, random) => {
    const comment = anyOf(
      file.syntax.comments(file.source).filter(({ text }) => text.endsWith("*/")),
      random,
    );
    return comment && applied(file, { start: comment.span.end - 2, end: comment.span.end, text: "" });
  },
  "a directive": ({ source: { text } }) => `"use strict";\n${text}`,
};

const OPERATORS: ReadonlyMap<string, string> = new Map(
  "+:- -:+ *:/ ===:!== !==:=== ==:!= <:<= >:>= <=:< >=:> &&:|| ||:&& ??:|| =:+= +=:-= ++:-- --:++ !:~ =>:= .:?. ?.:. ...:"
    .split(" ")
    .map((pair) => [pair.split(":")[0] ?? "", pair.split(":")[1] ?? ""] as const),
);

function isKind(...kinds: ts.SyntaxKind[]): (token: OracleToken) => boolean {
  return ({ kind }) => kinds.includes(kind);
}

function isTemplate({ kind }: OracleToken): boolean {
  return kind >= SyntaxKind.FirstTemplateToken && kind <= SyntaxKind.LastTemplateToken;
}

/** Behind these a line break may end a statement, or the statement before goes on. */
function mayEnd({ kind }: OracleToken): boolean {
  return (
    isKind(
      SyntaxKind.ReturnKeyword,
      SyntaxKind.ThrowKeyword,
      SyntaxKind.BreakKeyword,
      SyntaxKind.ContinueKeyword,
      SyntaxKind.YieldKeyword,
      SyntaxKind.AsyncKeyword,
      SyntaxKind.Identifier,
      SyntaxKind.CloseParenToken,
      SyntaxKind.CloseBracketToken,
      SyntaxKind.StaticKeyword,
      SyntaxKind.TypeKeyword,
      SyntaxKind.DeclareKeyword,
      SyntaxKind.AbstractKeyword,
      SyntaxKind.JsxText,
    )({ kind } as OracleToken) || isTemplate({ kind } as OracleToken)
  );
}

function pick(
  { reading }: Edited,
  random: Random,
  fits: (token: OracleToken) => boolean,
): OracleToken | undefined {
  return anyOf(reading.tokens.filter(fits), random);
}

function replaceAny(
  file: Edited,
  random: Random,
  fits: (token: OracleToken) => boolean,
  write: (text: string) => string,
): string | undefined {
  const token = pick(file, random, fits);
  return token && replace(file, token, write);
}

function replace(file: Edited, { start, end }: OracleToken, write: (text: string) => string): string {
  return applied(file, { start, end, text: write(file.source.text.slice(start, end)) });
}

function changeLine(
  { source: { text } }: Edited,
  random: Random,
  change: (line: string) => string | undefined,
): string | undefined {
  const lines = text.split("\n");
  const full = [...lines.keys()].filter((index) => lines[index]?.trim() !== "");
  const at = anyOf(full, random);
  if (at === undefined) return undefined;
  const line = change(lines[at] ?? "");
  return (line === undefined ? lines.toSpliced(at, 1) : lines.with(at, line)).join("\n");
}
