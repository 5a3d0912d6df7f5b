import { formattedEnd, lineEnd, stringEnd } from "./strings.ts";
import { Kind, STATEMENT_WORDS, wordKind, type Comment, type TokenProblem, type Tokens } from "./tokens.ts";

/** As CPython's: 100 levels of indentation, 200 of brackets. */
const MAX_INDENTS = 100;
const MAX_BRACKETS = 200;
const TAB = 8;

const MIXED_TABS = "inconsistent use of tabs and spaces in indentation";

/** A sequence of a few problems says enough. */
const MAX_PROBLEMS = 20;

/** What a character can begin; 0 is nothing. Characters from 128 on begin names. */
const BEGINS = {
  name: 1,
  digit: 2,
  quote: 3,
  hash: 4,
  newline: 5,
  backslash: 6,
  operator: 7,
  open: 8,
  close: 9,
};
const beginning = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") set(character, BEGINS.name);
for (const character of "0123456789") set(character, BEGINS.digit);
for (const character of "+-*/%@&|^~<>=:;,.!`$?") set(character, BEGINS.operator);
for (const character of "([{") set(character, BEGINS.open);
for (const character of ")]}") set(character, BEGINS.close);
set("'", BEGINS.quote);
set('"', BEGINS.quote);
set("#", BEGINS.hash);
set("\n", BEGINS.newline);
set("\r", BEGINS.newline);
set("\\", BEGINS.backslash);

function set(character: string, kind: number): void {
  beginning[character.charCodeAt(0)] = kind;
}

const LONG_OPERATORS: ReadonlySet<string> = new Set(
  "!= %= &= ** **= *= += -= -> ... // //= /= := << <<= <= <> == >= >> >>= @= ^= |=".split(" "),
);
const REFUSED_OPERATORS: ReadonlySet<number> = new Set(
  [..."!`$?"].map((character) => character.charCodeAt(0)),
);
const CLOSES: Readonly<Record<number, number>> = { 40: 41, 91: 93, 123: 125 };

const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?/y;

/** Splits a file into tokens. Never throws: what CPython would refuse is noted and skipped as well as can be. */
export function tokenize(text: string): Tokens {
  return new Tokenizer(text).run();
}

class Tokenizer {
  private readonly text: string;
  private position = 0;
  private kinds: Uint8Array;
  private starts: Int32Array;
  private ends: Int32Array;
  private count = 0;
  private readonly comments: Comment[] = [];
  private readonly problems: TokenProblem[] = [];
  /** Columns of the open blocks, with tabs to the next 8 and with tabs as 1: both must agree (TabError). */
  private readonly columns = [0];
  private readonly tabColumns = [0];
  private readonly brackets: number[] = [];
  private lineHasToken = false;

  constructor(text: string) {
    this.text = text;
    const guess = (text.length >> 2) + 64;
    this.kinds = new Uint8Array(guess);
    this.starts = new Int32Array(guess);
    this.ends = new Int32Array(guess);
  }

  run(): Tokens {
    const { text } = this;
    let fresh = true;
    while (this.position < text.length) {
      if (fresh && !this.startLogicalLine()) continue;
      fresh = this.next();
    }
    this.finish();
    const { count, kinds, starts, ends, comments, problems } = this;
    return { text, count, kinds, starts, ends, comments, problems };
  }

  /** Reads one token; true when a logical line ended with it. */
  private next(): boolean {
    const { text } = this;
    const start = this.position;
    const code = text.charCodeAt(start);
    if (code === 32 || code === 9 || code === 12) {
      this.position++;
      return false;
    }
    switch (code < 128 ? beginning[code] : BEGINS.name) {
      case BEGINS.name:
        return this.word(start);
      case BEGINS.digit:
        return this.number(start);
      case BEGINS.quote:
        return this.plainString(start, start);
      case BEGINS.hash:
        return this.comment(start);
      case BEGINS.newline:
        return this.lineBreak(start, code);
      case BEGINS.backslash:
        return this.continuation(start);
      case BEGINS.open:
        return this.open(start, code);
      case BEGINS.close:
        return this.close(start, code);
      case BEGINS.operator:
        return this.operator(start, code);
      default:
        this.problem(start, "invalid character", true);
        this.push(code < 128 && code > 32 ? code : Kind.operator, start, start + 1);
        return false;
    }
  }

  private word(start: number): boolean {
    const { text } = this;
    let end = start + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      const kind = code < 128 ? beginning[code] : BEGINS.name;
      if (kind !== BEGINS.name && kind !== BEGINS.digit) break;
    }
    const quote = text.charCodeAt(end);
    if ((quote === 34 || quote === 39) && end - start <= 2) {
      const prefix = text.slice(start, end).toLowerCase();
      if (/^(?:r|u|b|br|rb)$/.test(prefix)) return this.plainString(start, end, prefix.includes("b"));
      if (/^(?:[ft]|[ft]r|r[ft])$/.test(prefix)) return this.formatted(start, end, prefix.includes("r"));
    }
    const kind = wordKind(text, start, end);
    if (this.brackets.length > 0 && !this.lineHasToken && this.beginsStatement(kind, end)) {
      return this.abandonBrackets(start);
    }
    this.push(kind, start, end);
    return false;
  }

  /** A statement's keyword at the start of a line within brackets: the bracket was never closed. */
  private beginsStatement(kind: number, end: number): boolean {
    return (
      STATEMENT_WORDS.has(kind) || (kind !== Kind.name && /^[ \t]+def\b/.test(this.text.slice(end, end + 20)))
    );
  }

  private abandonBrackets(start: number): boolean {
    this.problem(start, "a bracket was never closed");
    this.brackets.length = 0;
    this.push(Kind.newline, start, start);
    let line = start;
    while (line > 0 && !isLineBreak(this.text.charCodeAt(line - 1))) line--;
    this.position = line;
    return true;
  }

  private number(start: number): boolean {
    NUMBER.lastIndex = start;
    const end = NUMBER.test(this.text) ? NUMBER.lastIndex : start + 1;
    this.push(Kind.number, start, end);
    return false;
  }

  private plainString(start: number, quoteAt: number, bytes = false): boolean {
    const { end, terminated } = stringEnd(this.text, quoteAt);
    if (!terminated) this.problem(start, "unterminated string literal");
    this.push(bytes ? Kind.bytes : Kind.string, start, end);
    return false;
  }

  private formatted(start: number, quoteAt: number, raw: boolean): boolean {
    const { end, terminated } = formattedEnd(this.text, quoteAt, raw);
    if (!terminated) this.problem(start, "unterminated f-string literal");
    this.push(Kind.formatted, start, end);
    return false;
  }

  private comment(start: number): boolean {
    const end = lineEnd(this.text, start);
    this.comments.push({ start, end, tokensBefore: this.count, ownLine: !this.lineHasToken });
    this.position = end;
    return false;
  }

  private lineBreak(start: number, code: number): boolean {
    const end = start + (code === 13 && this.text.charCodeAt(start + 1) === 10 ? 2 : 1);
    this.position = end;
    this.lineHasToken = false;
    if (this.brackets.length > 0) return false;
    this.push(Kind.newline, start, end);
    this.lineHasToken = false;
    return true;
  }

  private continuation(start: number): boolean {
    const after = this.text.charCodeAt(start + 1);
    if (!isLineBreak(after)) {
      this.problem(start, "unexpected character after line continuation character");
      this.push(Kind.operator, start, start + 1);
      return false;
    }
    this.position = lineBreakEnd(this.text, start + 1);
    if (this.position >= this.text.length) this.problem(start, "unexpected end of file after a backslash");
    return false;
  }

  private open(start: number, code: number): boolean {
    this.brackets.push(code);
    if (this.brackets.length > MAX_BRACKETS) this.problem(start, "too many nested parentheses");
    this.push(code, start, start + 1);
    return false;
  }

  private close(start: number, code: number): boolean {
    const opened = this.brackets.pop();
    if (opened === undefined || CLOSES[opened] !== code) this.problem(start, "unmatched closing bracket");
    this.push(code, start, start + 1);
    return false;
  }

  private operator(start: number, code: number): boolean {
    const { text } = this;
    if (code === 46 && beginning[text.charCodeAt(start + 1)] === BEGINS.digit) return this.number(start);
    const follows = beginning[text.charCodeAt(start + 1)] === BEGINS.operator;
    if (follows && LONG_OPERATORS.has(text.slice(start, start + 3)) && start + 3 <= text.length) {
      this.push(Kind.operator, start, start + 3);
    } else if (follows && LONG_OPERATORS.has(text.slice(start, start + 2))) {
      this.push(Kind.operator, start, start + 2);
    } else {
      if (REFUSED_OPERATORS.has(code)) this.problem(start, "invalid character", true);
      this.push(code, start, start + 1);
    }
    return false;
  }

  /** Indentation of a new logical line; false when the line was blank or only a comment. */
  private startLogicalLine(): boolean {
    const { text } = this;
    let column = 0;
    let tabColumn = 0;
    let continued: [number, number] | undefined;
    for (; this.position < text.length; this.position++) {
      const code = text.charCodeAt(this.position);
      if (code === 32) {
        column++;
        tabColumn++;
      } else if (code === 9) {
        column = (Math.floor(column / TAB) + 1) * TAB;
        tabColumn++;
      } else if (code === 12) {
        column = 0;
        tabColumn = 0;
      } else if (code === 92 && isLineBreak(text.charCodeAt(this.position + 1))) {
        // As in CPython, the indentation before the first backslash is the one that counts.
        continued ??= [column, tabColumn];
        this.position = lineBreakEnd(text, this.position + 1) - 1;
      } else break;
    }
    if (this.position >= text.length) return false;
    const code = text.charCodeAt(this.position);
    if (code === 35) {
      this.lineHasToken = false;
      this.comment(this.position);
      this.skipLineBreak();
      return false;
    }
    if (isLineBreak(code)) {
      this.skipLineBreak();
      return false;
    }
    this.indentTo(...(continued ?? [column, tabColumn]));
    return true;
  }

  private skipLineBreak(): void {
    if (this.position < this.text.length) this.position = lineBreakEnd(this.text, this.position);
  }

  private indentTo(column: number, tabColumn: number): void {
    const { columns, tabColumns, position } = this;
    const top = () => columns[columns.length - 1] ?? 0;
    const tabTop = () => tabColumns[tabColumns.length - 1] ?? 0;
    if (column > top()) {
      if (tabColumn <= tabTop()) this.problem(position, MIXED_TABS, true);
      columns.push(column);
      tabColumns.push(tabColumn);
      if (columns.length > MAX_INDENTS) this.problem(position, "too many levels of indentation");
      this.pushMark(Kind.indent);
      return;
    }
    while (column < top()) {
      columns.pop();
      tabColumns.pop();
      this.pushMark(Kind.dedent);
    }
    if (column !== top()) this.problem(position, "unindent does not match any outer indentation level");
    else if (tabColumn !== tabTop()) this.problem(position, MIXED_TABS, true);
  }

  private finish(): void {
    const { text } = this;
    this.position = text.length;
    if (this.brackets.length > 0) this.problem(text.length, "a bracket was never closed");
    const last = this.count === 0 ? undefined : this.kinds[this.count - 1];
    if (last !== undefined && last !== Kind.newline && last !== Kind.dedent) this.pushMark(Kind.newline);
    for (let open = this.columns.length; open > 1; open--) this.pushMark(Kind.dedent);
  }

  private pushMark(kind: number): void {
    this.push(kind, this.position, this.position);
    this.lineHasToken = false;
  }

  private push(kind: number, start: number, end: number): void {
    if (this.count === this.kinds.length) this.grow();
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
    this.position = end;
    this.lineHasToken = true;
  }

  private grow(): void {
    const size = this.kinds.length * 2;
    const kinds = new Uint8Array(size);
    kinds.set(this.kinds);
    const starts = new Int32Array(size);
    starts.set(this.starts);
    const ends = new Int32Array(size);
    ends.set(this.ends);
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
  }

  private problem(offset: number, message: string, confined = false): void {
    // Confined ones never crowd out the others, of which one is enough to decide by.
    const most = confined ? MAX_PROBLEMS : 2 * MAX_PROBLEMS;
    if (this.problems.length < most) this.problems.push({ offset, message, confined });
  }
}

function isLineBreak(code: number): boolean {
  return code === 10 || code === 13;
}

function lineBreakEnd(text: string, position: number): number {
  return position + (text.charCodeAt(position) === 13 && text.charCodeAt(position + 1) === 10 ? 2 : 1);
}
