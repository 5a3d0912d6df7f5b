import type { DocstringTokens, ModuleStructure } from "./definitions.ts";
import { keyword, Kind, kindAt, type Tokens } from "./tokens.ts";

/**
 * The code of a file without its comments and docstrings, in one form: what Python reads as the same
 * statements is the same sequence. `a; b` is two lines, a body on its header's line is a block, and a body that was
 * nothing but a docstring is `pass`.
 */
export interface CodeTokens {
  /** Kinds of tokens; a line's end, a block's start and end have no text. */
  readonly kinds: readonly number[];
  /** The token's index in the file's own tokens; for one that stands for another, the nearest. */
  readonly sources: readonly number[];
  /**
   * How many code tokens, changes of indentation not counted, come before each of the file's own tokens; one
   * entry more than tokens. The same place in two files of the same code has the same number.
   */
  readonly before: Int32Array;
}

const SEMICOLON = 59;
const PASS = keyword("pass");

export function codeTokens(tokens: Tokens, structure: ModuleStructure): CodeTokens {
  return new CodeReader(tokens, structure).read();
}

class CodeReader {
  private readonly tokens: Tokens;
  private readonly docstrings: ReadonlyMap<number, DocstringTokens>;
  private readonly inlineBodies: ReadonlySet<number>;
  private readonly kinds: number[] = [];
  private readonly sources: number[] = [];
  private readonly before: Int32Array;
  private index = 0;
  private words = 0;
  private inInlineBody = false;

  constructor(tokens: Tokens, structure: ModuleStructure) {
    this.tokens = tokens;
    this.docstrings = docstringsByStart(structure);
    this.inlineBodies = new Set(
      structure.definitions.filter(({ inline }) => inline).map(({ bodyStart }) => bodyStart),
    );
    this.before = new Int32Array(tokens.count + 1);
  }

  read(): CodeTokens {
    while (this.index < this.tokens.count) {
      if (this.inlineBodies.has(this.index)) this.openBody();
      const docstring = this.docstrings.get(this.index);
      if (docstring === undefined) this.plain();
      else this.docstring(docstring);
    }
    this.skipTo(this.tokens.count + 1);
    const { kinds, sources, before } = this;
    return { kinds, sources, before };
  }

  private openBody(): void {
    this.push(Kind.newline);
    this.push(Kind.indent);
    this.inInlineBody = true;
  }

  private docstring(docstring: DocstringTokens): void {
    const isWhole = this.inlineBodies.has(docstring.start)
      ? isLineEnd(this.tokens, docstring.end)
      : isBodyEnd(this.tokens, docstring.end);
    // The stand-in comes first, so that a comment after the docstring stays after what takes its place.
    if (isWhole) this.push(PASS);
    this.skipTo(isWhole ? docstring.end : nextStatement(this.tokens, docstring.end));
  }

  private plain(): void {
    this.before[this.index] = this.words;
    const kind = kindAt(this.tokens, this.index);
    if (kind !== SEMICOLON) this.push(kind);
    else if (kindAt(this.tokens, this.index + 1) !== Kind.newline) this.push(Kind.newline);
    if (kind === Kind.newline && this.inInlineBody) {
      this.push(Kind.dedent);
      this.inInlineBody = false;
    }
    this.index++;
  }

  private skipTo(end: number): void {
    for (; this.index < end; this.index++) this.before[this.index] = this.words;
  }

  private push(kind: number): void {
    this.kinds.push(kind);
    this.sources.push(this.index);
    if (kind !== Kind.indent && kind !== Kind.dedent) this.words++;
  }
}

/** The next statement after one that ends at `end`, past the semicolon or newline between them. */
function nextStatement(tokens: Tokens, end: number): number {
  const hasTrailingSemicolon = kindAt(tokens, end) === SEMICOLON && kindAt(tokens, end + 1) === Kind.newline;
  return end + (hasTrailingSemicolon ? 2 : 1);
}

/** Whether nothing but a semicolon stands between `end` and the line's end. */
function isLineEnd(tokens: Tokens, end: number): boolean {
  return kindAt(tokens, kindAt(tokens, end) === SEMICOLON ? end + 1 : end) === Kind.newline;
}

function isBodyEnd(tokens: Tokens, end: number): boolean {
  return isLineEnd(tokens, end) && kindAt(tokens, nextStatement(tokens, end)) === Kind.dedent;
}

function docstringsByStart(structure: ModuleStructure): Map<number, DocstringTokens> {
  const all = [structure.docstring, ...structure.definitions.map(({ docstring }) => docstring)];
  return new Map(all.flatMap((docstring) => (docstring === undefined ? [] : [[docstring.start, docstring]])));
}
