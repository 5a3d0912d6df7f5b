import { formattedEnd, type Field } from "./strings.ts";
import { keyword, Kind, kindAt, tokenText, type Tokens } from "./tokens.ts";
import { tokenize } from "./tokenizer.ts";

/** A definition by the indexes of its tokens (an end is exclusive). */
export interface DefinitionTokens {
  readonly kind: "function" | "method" | "class";
  readonly name: string;
  readonly parent: number | undefined;
  /** The `def`, `class` or `async` token. */
  readonly header: number;
  /** The `@` of the first decorator, or `header`. */
  readonly first: number;
  /** `[from, to)` of each decorator's expression. */
  readonly decorators: readonly (readonly [number, number])[];
  readonly parameters: readonly string[];
  /** The header's colon. */
  readonly colon: number;
  /** The body stands on the header's own line. */
  readonly inline: boolean;
  /** The first token of the first statement. */
  bodyStart: number;
  /** After the body's last statement: its newline. */
  bodyEnd: number;
  docstring: DocstringTokens | undefined;
  /** Statements directly in the body, the docstring counted. */
  statements: number;
  /** All those statements are a docstring, `pass` or `...`. */
  onlyStubs: boolean;
  readonly calls: Set<string>;
  readonly raises: Set<string>;
  returns: "value" | "nothing" | "yields";
}

/** A docstring statement, which may stand in parentheses: `[start, end)` of the statement and of its literals. */
export interface DocstringTokens {
  readonly start: number;
  readonly end: number;
  readonly literalStart: number;
  readonly literalEnd: number;
}

export interface ModuleStructure {
  readonly definitions: readonly DefinitionTokens[];
  readonly docstring: DocstringTokens | undefined;
  /** A header or body is not as Python wants it, so that definitions may be missing. */
  readonly broken: boolean;
}

const OPEN_PARENTHESIS = 40;
const CLOSE_PARENTHESIS = 41;
const STAR = 42;
const COMMA = 44;
const DOT = 46;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const AT = 64;

const DEF = keyword("def");
const CLASS = keyword("class");
const ASYNC = keyword("async");
const RETURN = keyword("return");
const YIELD = keyword("yield");
const RAISE = keyword("raise");
const LAMBDA = keyword("lambda");
const PASS = keyword("pass");
const NONE = keyword("None");
const IF = keyword("if");

/** Clauses that go on with the statement above. */
const CLAUSES: ReadonlySet<number> = new Set(["elif", "else", "except", "finally"].map(keyword));
/** Statements that may hold others after a colon on the same line. */
const COMPOUND: ReadonlySet<number> = new Set([
  ...CLAUSES,
  ...["if", "for", "while", "try", "with", "async"].map(keyword),
]);

/**
 * The docstring statement that starts at `index`, by CPython's rule: an expression statement that is
 * one plain string literal or several in a row, in parentheses or not.
 */
export function docstringAt(tokens: Tokens, index: number): DocstringTokens | undefined {
  let open = index;
  while (kindAt(tokens, open) === OPEN_PARENTHESIS) open++;
  let literalEnd = open;
  while (kindAt(tokens, literalEnd) === Kind.string) literalEnd++;
  if (literalEnd === open) return undefined;
  const end = literalEnd + (open - index);
  for (let close = literalEnd; close < end; close++) {
    if (kindAt(tokens, close) !== CLOSE_PARENTHESIS) return undefined;
  }
  const after = kindAt(tokens, end);
  if (after !== Kind.newline && after !== SEMICOLON) return undefined;
  return { start: index, end, literalStart: open, literalEnd };
}

/** Finds every definition of a module, however deep, in source order. */
export function readStructure(tokens: Tokens): ModuleStructure {
  return new StructureReader(tokens).read();
}

interface Frame {
  readonly index: number;
  readonly definition: DefinitionTokens;
  /** How many blocks are open where the body's statements stand. */
  readonly depth: number;
}

class StructureReader {
  private readonly tokens: Tokens;
  private readonly kinds: Uint8Array;
  private readonly count: number;
  private readonly definitions: DefinitionTokens[] = [];
  private readonly frames: Frame[] = [];
  private position = 0;
  private depth = 0;
  private broken = false;
  private decorators: [number, number][] = [];

  constructor(tokens: Tokens) {
    this.tokens = tokens;
    this.kinds = tokens.kinds;
    this.count = tokens.count;
  }

  read(): ModuleStructure {
    const docstring = docstringAt(this.tokens, 0);
    while (this.position < this.count) this.logicalLine();
    while (this.frames.length > 0) this.closeFrame();
    return { definitions: this.definitions, docstring, broken: this.broken };
  }

  private logicalLine(): void {
    const kind = this.kinds[this.position];
    if (kind === Kind.newline) this.position++;
    else if (kind === Kind.indent) {
      this.depth++;
      this.position++;
    } else if (kind === Kind.dedent) {
      this.depth--;
      this.position++;
      while (this.depth < (this.frame?.depth ?? 0)) this.closeFrame();
    } else if (kind === AT) this.decorator();
    else if (kind === DEF || kind === CLASS || (kind === ASYNC && this.kinds[this.position + 1] === DEF)) {
      this.definition();
    } else {
      if (this.decorators.length > 0) this.broken = true;
      this.decorators = [];
      this.plainLine();
    }
  }

  private get frame(): Frame | undefined {
    return this.frames[this.frames.length - 1];
  }

  private closeFrame(): void {
    const frame = this.frames.pop();
    if (frame === undefined) return;
    let end = Math.min(this.position, this.count);
    while (end > frame.definition.bodyStart && isLayout(this.kinds[end - 1])) end--;
    frame.definition.bodyEnd = end;
  }

  private decorator(): void {
    const start = this.position + 1;
    this.position++;
    this.readUntilNewline(false);
    this.decorators.push([start, this.position]);
  }

  private definition(): void {
    const { tokens, kinds } = this;
    const header = this.position;
    const word = kinds[header] === ASYNC ? header + 1 : header;
    this.countStatement(false);
    const isNamed = kinds[word + 1] === Kind.name;
    if (!isNamed) this.broken = true;
    this.position = word + (isNamed ? 2 : 1);
    const parameters = this.readHeader(kinds[word] === CLASS);
    const colon = this.position;
    const decorators = this.decorators;
    this.decorators = [];
    if (!isNamed || kinds[colon] !== COLON) {
      this.broken = true;
      this.readUntilNewline(false);
      return;
    }
    const parent = this.frame;
    const inline = kinds[colon + 1] !== Kind.newline;
    const bodyStart = inline ? colon + 1 : colon + 3;
    const definition: DefinitionTokens = {
      kind: kinds[word] === CLASS ? "class" : parent?.definition.kind === "class" ? "method" : "function",
      name: tokenText(tokens, word + 1),
      parent: parent?.index,
      header,
      first: decorators[0] === undefined ? header : decorators[0][0] - 1,
      decorators,
      parameters,
      colon,
      inline,
      bodyStart,
      bodyEnd: bodyStart,
      docstring: docstringAt(tokens, bodyStart),
      statements: 0,
      onlyStubs: true,
      calls: new Set(),
      raises: new Set(),
      returns: "nothing",
    };
    this.definitions.push(definition);
    this.openBody(definition);
  }

  private openBody(definition: DefinitionTokens): void {
    const index = this.definitions.length - 1;
    this.position = definition.colon + 1;
    if (definition.inline) {
      this.frames.push({ index, definition, depth: this.depth });
      this.plainLine();
      this.closeFrame();
    } else if (this.kinds[this.position + 1] === Kind.indent) {
      this.frames.push({ index, definition, depth: this.depth + 1 });
    } else {
      this.broken = true;
      definition.bodyStart = definition.bodyEnd = definition.colon + 1;
      definition.docstring = undefined;
    }
  }

  /** From after the name to the header's colon; returns the parameter names of a function. */
  private readHeader(isClass: boolean): string[] {
    const parameters: string[] = [];
    let brackets = 0;
    let lambdas = 0;
    let innerLambdas = 0;
    let inParameters = false;
    for (; this.position < this.count; this.position++) {
      const kind = this.kinds[this.position];
      if (kind === Kind.newline) break;
      if (kind === LAMBDA && brackets === 0) lambdas++;
      if (kind === LAMBDA && brackets === 1) innerLambdas++;
      if (kind === COLON && brackets === 1 && innerLambdas > 0) innerLambdas--;
      if (kind === OPEN_PARENTHESIS || kind === 91 || kind === 123) {
        inParameters ||= brackets === 0 && kind === OPEN_PARENTHESIS && !isClass && parameters.length === 0;
        brackets++;
      } else if (kind === CLOSE_PARENTHESIS || kind === 93 || kind === 125) {
        brackets--;
        if (brackets === 0) inParameters = false;
      } else if (kind === COLON && brackets === 0 && lambdas-- === 0) break;
      else if (
        kind === Kind.name &&
        inParameters &&
        brackets === 1 &&
        innerLambdas === 0 &&
        this.namesParameter()
      ) {
        parameters.push(tokenText(this.tokens, this.position));
      }
      this.noteCall();
    }
    if (parameters[0] === "self" || parameters[0] === "cls") parameters.shift();
    return parameters;
  }

  private namesParameter(): boolean {
    const before = this.kinds[this.position - 1];
    if (before === STAR || (before === Kind.operator && tokenText(this.tokens, this.position - 1) === "**")) {
      const earlier = this.kinds[this.position - 2];
      return earlier === OPEN_PARENTHESIS || earlier === COMMA;
    }
    if (before !== OPEN_PARENTHESIS && before !== COMMA) return false;
    const after = this.kinds[this.position + 1];
    return after === COMMA || after === COLON || after === EQUALS || after === CLOSE_PARENTHESIS;
  }

  /** One logical line that defines nothing: simple statements, or a compound statement's head. */
  private plainLine(): void {
    const first = this.kinds[this.position] ?? 0;
    const compound = COMPOUND.has(first) || this.isSoftKeyword();
    if (!CLAUSES.has(first)) this.countStatement(true);
    if (compound) {
      this.skipPattern();
      this.readUntilNewline(false);
      return;
    }
    while (this.readUntilNewline(true)) {
      this.position++;
      if (this.kinds[this.position] === Kind.newline) return;
      this.countStatement(true);
    }
  }

  /** Notes that a statement starts here, where it stands directly in the innermost body. */
  private countStatement(simple: boolean): void {
    const frame = this.frame;
    if (frame === undefined || frame.depth !== this.depth) return;
    const { definition } = frame;
    definition.statements++;
    const isDocstring = definition.docstring?.start === this.position;
    if (!isDocstring && !(simple && this.isStubStatement())) definition.onlyStubs = false;
  }

  private isStubStatement(): boolean {
    if (!endsStatement(this.kinds[this.position + 1])) return false;
    const kind = this.kinds[this.position];
    return kind === PASS || (kind === Kind.operator && tokenText(this.tokens, this.position) === "...");
  }

  /** `match`, `case` and so on are names everywhere but before a subject and a colon. */
  private isSoftKeyword(): boolean {
    if (this.kinds[this.position] !== Kind.name) return false;
    const length = (this.tokens.ends[this.position] ?? 0) - (this.tokens.starts[this.position] ?? 0);
    if (length !== 4 && length !== 5) return false;
    const word = tokenText(this.tokens, this.position);
    if (word !== "match" && word !== "case") return false;
    const colon = this.colonOnLine(this.position + 1);
    return colon > this.position + 1;
  }

  private colonOnLine(from: number): number {
    let brackets = 0;
    for (let index = from; index < this.count; index++) {
      const kind = this.kinds[index];
      if (kind === Kind.newline) return -1;
      if (kind === OPEN_PARENTHESIS || kind === 91 || kind === 123) brackets++;
      else if (kind === CLOSE_PARENTHESIS || kind === 93 || kind === 125) brackets--;
      else if (kind === COLON && brackets === 0) return index;
      else if (kind === LAMBDA && brackets === 0) return -1;
    }
    return -1;
  }

  /** A class pattern looks like a call and is none. */
  private skipPattern(): void {
    if (this.kinds[this.position] !== Kind.name) return;
    const word = tokenText(this.tokens, this.position);
    this.position++;
    if (word !== "case") return;
    const colon = this.colonOnLine(this.position);
    while (this.position < colon && this.kinds[this.position] !== IF) this.position++;
  }

  /** Reads on to the end of the line, or of the statement; true when it stopped at a semicolon. */
  private readUntilNewline(stopAtSemicolon: boolean): boolean {
    for (; this.position < this.count; this.position++) {
      const kind = this.kinds[this.position] ?? 0;
      if (kind === Kind.newline) return false;
      if (kind === SEMICOLON && stopAtSemicolon) return true;
      if (this.frames.length > 0) this.noteToken(kind);
    }
    return false;
  }

  private noteToken(kind: number): void {
    if (kind === Kind.name) this.noteCall();
    else if (kind === Kind.formatted) this.noteFormatted();
    else if (kind === RETURN) this.noteReturn();
    else if (kind === YIELD) this.noteYield();
    else if (kind === RAISE) this.noteRaise();
  }

  private noteCall(): void {
    if (this.frames.length === 0 || this.kinds[this.position] !== Kind.name) return;
    if (this.kinds[this.position + 1] !== OPEN_PARENTHESIS) return;
    const name = tokenText(this.tokens, this.position);
    for (const frame of this.frames) frame.definition.calls.add(name);
  }

  private noteFormatted(): void {
    const { text, starts, ends } = this.tokens;
    const start = starts[this.position] ?? 0;
    const source = text.slice(start, ends[this.position]);
    if (!source.includes("(")) return;
    for (const name of callsInFormatted(source, 0)) {
      for (const frame of this.frames) frame.definition.calls.add(name);
    }
  }

  private noteReturn(): void {
    const definition = this.frame?.definition;
    if (definition === undefined || definition.returns !== "nothing") return;
    const next = this.kinds[this.position + 1];
    if (endsStatement(next) || (next === NONE && endsStatement(this.kinds[this.position + 2]))) return;
    definition.returns = "value";
  }

  private noteYield(): void {
    const definition = this.frame?.definition;
    if (definition !== undefined && definition.kind !== "class") definition.returns = "yields";
  }

  private noteRaise(): void {
    let name = this.position + 1;
    while (this.kinds[name] === Kind.name && this.kinds[name + 1] === DOT) name += 2;
    if (this.kinds[name] !== Kind.name) return;
    const text = tokenText(this.tokens, name);
    for (const frame of this.frames) frame.definition.raises.add(text);
  }
}

function endsStatement(kind: number | undefined): boolean {
  return kind === Kind.newline || kind === SEMICOLON;
}

function isLayout(kind: number | undefined): boolean {
  return kind === Kind.newline || kind === Kind.indent || kind === Kind.dedent || kind === SEMICOLON;
}

const MAX_FORMATTED_NESTING = 5;

/** Names called in the replacement fields of a formatted string. */
function callsInFormatted(source: string, depth: number): string[] {
  const quoteAt = source.search(/['"]/);
  const fields: Field[] = [];
  formattedEnd(source, quoteAt, /r/i.test(source.slice(0, quoteAt)), fields);
  const names: string[] = [];
  for (const { start, end } of fields) {
    const inner = tokenize(`(${source.slice(start, end)})`);
    for (let index = 0; index < inner.count; index++) {
      const kind = inner.kinds[index];
      if (kind === Kind.name && inner.kinds[index + 1] === OPEN_PARENTHESIS)
        names.push(tokenText(inner, index));
      if (kind === Kind.formatted && depth < MAX_FORMATTED_NESTING) {
        names.push(...callsInFormatted(tokenText(inner, index), depth + 1));
      }
    }
  }
  return names;
}
