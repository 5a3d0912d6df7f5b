import type { Definition, Docstring, Outline } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { cleanDocstring, literalValue } from "./literals.ts";
import { readStructure, type DefinitionTokens, type DocstringTokens } from "./definitions.ts";
import { tokenText, type Tokens } from "./tokens.ts";
import { tokenize } from "./tokenizer.ts";

/** All definitions of a Python file in source order. */
export function outlineOf(text: string): Outline {
  const tokens = tokenize(text);
  const structure = readStructure(tokens);
  const lines = lineStartsOf(text);
  const names = qualifiedNames(structure.definitions);
  return {
    definitions: structure.definitions.map((definition, index) =>
      describe(tokens, lines, definition, names[index] ?? { qualifiedName: definition.name, ordinal: 0 }),
    ),
    broken: structure.broken || tokens.problems.length > 0,
  };
}

export interface QualifiedName {
  readonly qualifiedName: string;
  readonly ordinal: number;
}

/** The dotted names of definitions, and which of several of the same name each one is. */
export function qualifiedNames(definitions: readonly DefinitionTokens[]): QualifiedName[] {
  const seen = new Map<string, number>();
  const result: QualifiedName[] = [];
  for (const { name, parent } of definitions) {
    const outer = parent === undefined ? undefined : result[parent];
    const qualifiedName = outer === undefined ? name : `${outer.qualifiedName}.${name}`;
    const ordinal = seen.get(qualifiedName) ?? 0;
    seen.set(qualifiedName, ordinal + 1);
    result.push({ qualifiedName, ordinal });
  }
  return result;
}

function describe(
  tokens: Tokens,
  lines: readonly number[],
  definition: DefinitionTokens,
  named: QualifiedName,
): Definition {
  const start = tokens.starts[definition.first] ?? 0;
  const end = tokens.ends[definition.bodyEnd - 1] ?? start;
  const { docstring, parent } = definition;
  return {
    kind: definition.kind,
    name: definition.name,
    qualifiedName: named.qualifiedName,
    ordinal: named.ordinal,
    span: { start, end },
    line: lineAt(lines, tokens.starts[definition.header] ?? 0),
    firstLine: lineAt(lines, start),
    lastLine: lineAt(lines, end - 1),
    ...(docstring === undefined ? {} : { docstring: describeDocstring(tokens, lines, docstring) }),
    bodyStatements: definition.statements - (docstring === undefined ? 0 : 1),
    parameters: definition.parameters,
    ...(parent === undefined ? {} : { parent }),
    decorators: definition.decorators.map(([from, to]) =>
      tokens.text.slice(tokens.starts[from], tokens.ends[to - 1]),
    ),
    calls: [...definition.calls],
    raises: [...definition.raises],
    returns: definition.returns,
    isStub: definition.onlyStubs,
  };
}

function describeDocstring(tokens: Tokens, lines: readonly number[], docstring: DocstringTokens): Docstring {
  const start = tokens.starts[docstring.literalStart] ?? 0;
  const end = tokens.ends[docstring.literalEnd - 1] ?? start;
  let value = "";
  for (let index = docstring.literalStart; index < docstring.literalEnd; index++) {
    value += literalValue(tokenText(tokens, index));
  }
  return {
    text: cleanDocstring(value),
    span: { start, end },
    firstLine: lineAt(lines, start),
    lastLine: lineAt(lines, end - 1),
  };
}
