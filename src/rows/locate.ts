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
  if (language !== undefined && language !== syntax.language)
    throw rowMismatch(`${path} is ${syntax.language}, not ${language}`);
  const content = await tree.read(path);
  const source = syntax.decode(content);
  if ("problem" in source) throw rowMismatch(`${path} cannot be read: ${source.detail}`);
  return { path, syntax, content, source, outline: syntax.outline(source) };
}

/** How a row names a definition. */
export interface RowDefinition {
  /** The bare name, or one with its class. */
  readonly name: string;
  readonly qualifiedName?: string | undefined;
  /** Of the `def` or `class` keyword, or of the first decorator; from 0. */
  readonly line: number;
  /** `function`, `class`, `method`; others tell nothing. */
  readonly kind?: string | undefined;
  /** By how many lines it may have moved up, docstrings above it being gone already. */
  readonly shifts?: readonly number[];
}

/**
 * The definition that a row means. The qualified name decides where the row has one, and the line among several of that
 * name; without, the line decides and the name has to agree.
 * @throws RowError when that does not lead to exactly one.
 */
export function locate({ path, outline }: RowFile, wanted: RowDefinition): Definition {
  const named = outline.definitions.filter((one) => hasName(one, wanted) && hasKind(one, wanted));
  if (wanted.qualifiedName !== undefined && named.length === 1 && named[0] !== undefined) return named[0];
  for (const shift of wanted.shifts ?? [0]) {
    const line = wanted.line + 1 - shift;
    const there = named.filter((one) => one.line === line || one.firstLine === line);
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
