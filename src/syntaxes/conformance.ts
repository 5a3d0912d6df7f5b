import type { DecodedSource, Definition, Syntax, TextEdit } from "../syntax.ts";

/** Small sources that show a language's definitions, docstrings and faults; every syntax brings its own. */
export interface SyntaxSamples {
  /** A path that the syntax reads, and one that it does not. */
  readonly path: string;
  readonly otherPath: string;
  /** A valid file whose definitions, in source order, are these; at least one is documented. */
  readonly source: string;
  readonly definitions: readonly { readonly qualifiedName: string; readonly docstring?: string }[];
  /** The same file with a comment line added, and what the line says. */
  readonly commented: string;
  readonly comment: string;
  /** The same file with other code. */
  readonly otherCode: string;
  /** A file that the language refuses. */
  readonly invalid: string;
}

/** One check of the contract: a name and a function that throws an `Error` where the syntax breaks it. */
export interface ConformanceCheck {
  readonly name: string;
  readonly run: () => void;
}

/** What every syntax promises, to be run one by one in its own tests. */
export function conformanceChecks(syntax: Syntax, samples: SyntaxSamples): readonly ConformanceCheck[] {
  const checks: Readonly<Record<string, (bench: Bench) => void>> = {
    "reads its own paths only": readsItsOwnPaths,
    "decodes and encodes byte for byte": decodesBothWays,
    "finds the definitions in source order": findsDefinitions,
    "gives spans and lines that fit the text": fitsTheText,
    "tells valid from invalid": tellsValidity,
    "a file is the same code as itself": isItself,
    "a comment is not code": commentIsNotCode,
    "lists comments": listsComments,
    "other code is other code": otherCodeDiffers,
    "an invalid file is not the same code": invalidDiffers,
    "every docstring can be removed and put back": editsDocstrings,
    "nonsense does not throw": survivesNonsense,
  };
  return Object.entries(checks).map(([name, check]) => ({ name, run: () => check({ syntax, samples }) }));
}

interface Bench {
  readonly syntax: Syntax;
  readonly samples: SyntaxSamples;
}

function readsItsOwnPaths({ syntax, samples }: Bench): void {
  demand(syntax.handles(samples.path), `does not handle ${samples.path}`);
  demand(!syntax.handles(samples.otherPath), `handles ${samples.otherPath}`);
}

function decodesBothWays({ syntax, samples }: Bench): void {
  for (const text of [samples.source, samples.invalid, "", samples.source.replaceAll("\n", "\r\n")]) {
    const bytes = Buffer.from(text);
    const source = decode(syntax, text);
    demand(Buffer.compare(source.encode(source.text), bytes) === 0, "other bytes came back");
  }
}

function findsDefinitions({ syntax, samples }: Bench): void {
  const outline = syntax.outline(decode(syntax, samples.source));
  demand(!outline.broken, "the sample is broken");
  equal(
    outline.definitions.map(({ qualifiedName, docstring }) => [qualifiedName, docstring?.text ?? null]),
    samples.definitions.map(({ qualifiedName, docstring }) => [qualifiedName, docstring ?? null]),
  );
}

function fitsTheText({ syntax, samples }: Bench): void {
  const { definitions } = syntax.outline(decode(syntax, samples.source));
  definitions.forEach((definition, index) => {
    const { span, docstring, name, firstLine, line, lastLine, parent } = definition;
    const text = samples.source.slice(span.start, span.end);
    demand(text.includes(name), `the span of ${name} does not hold its name`);
    demand(lineOf(samples.source, span.start) === firstLine, `first line of ${name}`);
    demand(lineOf(samples.source, span.end - 1) === lastLine, `last line of ${name}`);
    demand(firstLine <= line && line <= lastLine, `line of ${name}`);
    if (docstring !== undefined) {
      demand(
        lineOf(samples.source, docstring.span.start) === docstring.firstLine,
        `docstring line of ${name}`,
      );
      demand(
        lineOf(samples.source, docstring.span.end - 1) === docstring.lastLine,
        `docstring end of ${name}`,
      );
    }
    if (parent === undefined) return;
    const outer = definitions[parent]?.span;
    demand(parent < index && outer !== undefined, `parent of ${name}`);
    demand(
      (outer?.start ?? 0) <= span.start && span.end <= (outer?.end ?? 0),
      `${name} is outside its parent`,
    );
  });
}

function tellsValidity({ syntax, samples }: Bench): void {
  demand(syntax.validity(decode(syntax, samples.source)).valid, "the sample is not valid");
  demand(!syntax.validity(decode(syntax, samples.invalid)).valid, "the invalid sample is valid");
}

function isItself({ syntax, samples }: Bench): void {
  for (const text of [samples.source, samples.invalid, ""]) {
    equal(syntax.sameCode(decode(syntax, text), decode(syntax, text)), {
      same: true,
      docstrings: [],
      comments: [],
    });
  }
}

function commentIsNotCode({ syntax, samples }: Bench): void {
  const comparison = syntax.sameCode(decode(syntax, samples.source), decode(syntax, samples.commented));
  demand(comparison.same, "a comment counts as code");
  if (!comparison.same) return;
  equal(
    comparison.comments.map(({ change, text }) => [change, text]),
    [["added", samples.comment]],
  );
}

function listsComments({ syntax, samples }: Bench): void {
  const found = syntax
    .comments(decode(syntax, samples.commented))
    .filter(({ text }) => text === samples.comment);
  equal(found.length, 1);
  for (const { text, span, firstLine, lastLine, ownLine } of found) {
    equal(samples.commented.slice(span.start, span.end), text);
    equal(
      [firstLine, lastLine],
      [lineOf(samples.commented, span.start), lineOf(samples.commented, span.end - 1)],
    );
    demand(ownLine, "a comment on its own line is said to share it");
    demand(text.startsWith(syntax.lineComment), `a comment starts with ${syntax.lineComment}`);
  }
  equal(syntax.comments(decode(syntax, "")), []);
}

function otherCodeDiffers({ syntax, samples }: Bench): void {
  const comparison = syntax.sameCode(decode(syntax, samples.source), decode(syntax, samples.otherCode));
  demand(!comparison.same && comparison.reason === "code-changed", "other code counts as the same");
}

function invalidDiffers({ syntax, samples }: Bench): void {
  const comparison = syntax.sameCode(decode(syntax, samples.source), decode(syntax, samples.invalid));
  demand(!comparison.same && comparison.reason === "now-invalid", "an invalid file counts as the same code");
}

function editsDocstrings({ syntax, samples }: Bench): void {
  const source = decode(syntax, samples.source);
  for (const definition of syntax.outline(source).definitions) {
    if (definition.docstring === undefined) continue;
    const without = apply(syntax, source, syntax.removeDocstring(source, definition));
    const bare = find(syntax, without, definition);
    demand(bare.docstring === undefined, `${definition.qualifiedName} still has a docstring`);
    expectChange(syntax, source, without, definition, "removed");
    const again = apply(syntax, without, syntax.insertDocstring(without, bare, definition.docstring.text));
    equal(find(syntax, again, definition).docstring?.text, definition.docstring.text);
    expectChange(syntax, without, again, definition, "added");
  }
}

function survivesNonsense({ syntax }: Bench): void {
  for (const text of [
    "(".repeat(10_000),
    "\0",
    '"',
    "{[(",
    ")".repeat(1_000),
    "\r\r\n",
    "class ",
    "\uFFFF",
  ]) {
    const source = decode(syntax, text);
    syntax.outline(source);
    syntax.validity(source);
    demand(syntax.sameCode(source, source).same, `${JSON.stringify(text)} is not itself`);
  }
}

function expectChange(
  syntax: Syntax,
  before: DecodedSource,
  after: DecodedSource,
  { qualifiedName, ordinal }: Definition,
  change: string,
): void {
  const comparison = syntax.sameCode(before, after);
  demand(comparison.same, `removing or inserting the docstring of ${qualifiedName} changed code`);
  if (comparison.same) equal(comparison.docstrings, [{ qualifiedName, ordinal, change }]);
}

function find(syntax: Syntax, source: DecodedSource, { qualifiedName, ordinal }: Definition): Definition {
  const { definitions } = syntax.outline(source);
  const found = definitions.find(
    (other) => other.qualifiedName === qualifiedName && other.ordinal === ordinal,
  );
  if (found === undefined) throw new Error(`${qualifiedName} is gone`);
  return found;
}

function apply(syntax: Syntax, { text }: DecodedSource, edit: TextEdit): DecodedSource {
  return decode(syntax, text.slice(0, edit.start) + edit.text + text.slice(edit.end));
}

function decode(syntax: Syntax, text: string): DecodedSource {
  const source = syntax.decode(Buffer.from(text));
  if ("problem" in source) throw new Error(`${source.problem}: ${source.detail}`);
  return source;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function equal(found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  demand(a === b, `${a} instead of ${b}`);
}

function demand(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
