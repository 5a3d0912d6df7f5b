import type { DecodedSource, Definition, Outline } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { type BodyFacts, bodyStatements, factsOf, parametersOf, readBodyFacts } from "./body.ts";
import { definitionsOf, type DefinitionNode } from "./definitions.ts";
import type { Dialect } from "./dialects.ts";
import { readJsdoc } from "./jsdoc.ts";
import { endOf, startOf } from "./nodes.ts";
import { parseText } from "./parse.ts";
import { parsedSource } from "./source.ts";

/** All definitions of a file; of a broken one, those of the statements before the fault. */
export function outlineOf(dialect: Dialect, source: DecodedSource): Outline {
  const { text } = source;
  const parsed = parsedSource(dialect, source);
  const whole = "file" in parsed;
  const readable = whole ? parsed : readableStart(dialect, text, parsed.offset);
  if (readable === undefined) return { definitions: [], broken: true };
  const lines = lineStartsOf(text);
  const { list } = definitionsOf(readable);
  const facts = readBodyFacts(readable.file.program);
  return { definitions: list.map((found) => describe(text, lines, facts, found)), broken: !whole };
}

const TRIES = 3;

/** The file up to a line before the fault that starts a statement, by its looks. */
function readableStart(dialect: Dialect, text: string, offset: number) {
  let end = offset;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    end = Math.max(0, ...[...text.slice(0, end).matchAll(/^(?=[\w$@/])/gm)].map(({ index }) => index));
    if (end === 0) return undefined;
    const parsed = parseText(dialect, text.slice(0, end));
    if ("file" in parsed) return parsed;
  }
  return undefined;
}

function describe(
  text: string,
  lines: readonly number[],
  facts: BodyFacts,
  found: DefinitionNode,
): Definition {
  const { kind, name, qualifiedName, ordinal, parent, span, docstring, node } = found;
  const statements = bodyStatements(node);
  return {
    kind,
    name,
    qualifiedName,
    ordinal,
    span,
    line: lineAt(lines, found.anchor),
    firstLine: lineAt(lines, span.start),
    lastLine: lineAt(lines, span.end - 1),
    ...(docstring && {
      docstring: {
        text: readJsdoc(text.slice(docstring.start, docstring.end)),
        span: docstring,
        firstLine: lineAt(lines, docstring.start),
        lastLine: lineAt(lines, docstring.end - 1),
      },
    }),
    bodyStatements: statements,
    parameters: parametersOf(node),
    ...(parent !== undefined && { parent }),
    decorators: found.decorators.map((decorator) =>
      text.slice(startOf(decorator) + 1, endOf(decorator)).trim(),
    ),
    ...factsOf(facts, node),
    isStub: statements === 0,
  };
}
