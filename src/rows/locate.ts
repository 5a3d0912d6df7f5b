import { rowMismatch } from "../row.ts";
import type { DecodedSource, Definition, Outline, Syntax } from "../syntax.ts";
import type { Tree } from "../tree.ts";

/** A source file of a row's repository, read. */
export interface RowFile {
  readonly path: string;
  readonly syntax: Syntax;
  readonly content: Uint8Array;
  readonly source: DecodedSource;
  readonly outline: Outline;
}

type SyntaxOf = (path: string) => Syntax | undefined;

/** @throws RowError when the file is not there, or is not source text of the language that the row names. */
export async function readRowFile(
  tree: Tree,
  path: string,
  syntaxOf: SyntaxOf,
  language?: string,
): Promise<RowFile> {
  const entry = tree.entry(path);
  if (entry === undefined || entry.mode === "120000") throw rowMismatch(`there is no file ${path}`);
  const syntax = syntaxOf(path);
  if (syntax === undefined) throw rowMismatch(`${path} is not source text of a known language`);
  if (language !== undefined && language.toLowerCase() !== syntax.language)
    throw rowMismatch(`${path} is ${syntax.language}, not ${language}`);
  const content = await tree.read(path);
  const source = syntax.decode(content);
  if ("problem" in source) throw rowMismatch(`${path} cannot be read: ${source.detail}`);
  return { path, syntax, content, source, outline: syntax.outline(source) };
}

export interface DocstringsAbove {
  readonly count: number;
  /** Of all of them together. */
  readonly lines: number;
}

/** Blank lines that may have gone with a docstring. */
const BLANKS = 2;

/** How a row names a definition. */
export interface RowDefinition {
  /** The bare name, or one with its class. */
  readonly name: string;
  readonly qualifiedName?: string | undefined;
  /** Of the `def` or `class` keyword, or of the first decorator; from 0. */
  readonly line: number;
  /** `function`, `class`, `method`; others tell nothing. */
  readonly kind?: string | undefined;
  /** Docstrings above it that may be gone already. */
  readonly above?: DocstringsAbove;
}

/**
 * The definition that a row means. The qualified name decides where the row has one, and the line among several of that
 * name; without, the line decides and the name has to agree.
 * @throws RowError when that does not lead to exactly one.
 */
export function locate({ path, outline }: RowFile, wanted: RowDefinition): Definition {
  const named = outline.definitions.filter((one) => hasName(one, wanted) && hasKind(one, wanted));
  if (wanted.qualifiedName !== undefined && named.length === 1 && named[0] !== undefined) return named[0];
  const { count, lines: gone } = wanted.above ?? { count: 0, lines: 0 };
  const between = (from: number, to: number) => (one: Definition) =>
    [one.line, one.firstLine].some((line) => wanted.line + 1 - from >= line && line >= wanted.line + 1 - to);
  // Where it is said to be; as much higher as those lines; or, a `pass` in their place or blank lines gone with them, near there.
  for (const [from, to] of [[0, 0] as const, [gone, gone] as const, [0, gone + BLANKS * count] as const]) {
    const there = named.filter(between(from, to));
    if (there.length === 1 && there[0] !== undefined) return there[0];
  }
  const name = wanted.qualifiedName ?? wanted.name;
  const lines = named.map((one) => one.line - 1).join(", ");
  const elsewhere = named.length === 0 ? "the file does not define it" : `it is at ${lines}`;
  throw rowMismatch(`${path}: ${name} is not at line ${wanted.line} (from 0); ${elsewhere}`);
}

function hasName(definition: Definition, { name, qualifiedName }: RowDefinition): boolean {
  if (qualifiedName !== undefined) return definition.qualifiedName === qualifiedName;
  return (
    definition.name === name ||
    definition.qualifiedName === name ||
    definition.qualifiedName.endsWith(`.${name}`)
  );
}

/** Rows say "function" for methods too. */
function hasKind(definition: Definition, { kind = "" }: RowDefinition): boolean {
  if (!["function", "method", "class"].includes(kind)) return true;
  return (kind === "class") === (definition.kind === "class");
}
