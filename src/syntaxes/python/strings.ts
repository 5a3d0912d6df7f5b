/**
 * Where string literals end. Formatted strings follow PEP 701 (Python 3.12): quotes, backslashes and
 * comments inside replacement fields are ordinary code, nested as deep as 150 levels.
 */
export interface StringEnd {
  /** Just after the closing quotes; for an unterminated literal, where the search gave up. */
  readonly end: number;
  readonly terminated: boolean;
}

/** A replacement field's expression, from after `{` to before `!`, `:` or `}`. */
export interface Field {
  readonly start: number;
  readonly end: number;
}

const NEWLINE = 10;
const RETURN = 13;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const COLON = 58;
const BANG = 33;
const EQUALS = 61;
const HASH = 35;
const MAX_NESTING = 150;

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;

/** How many quotes open a literal at `quoteAt`: 1 or 3. */
export function quoteLength(text: string, quoteAt: number): 1 | 3 {
  const quote = text.charCodeAt(quoteAt);
  return text.charCodeAt(quoteAt + 1) === quote && text.charCodeAt(quoteAt + 2) === quote ? 3 : 1;
}

/** The end of a plain or bytes literal whose first quote is at `quoteAt`. */
export function stringEnd(text: string, quoteAt: number): StringEnd {
  const quote = text.charCodeAt(quoteAt);
  const triple = quoteLength(text, quoteAt) === 3;
  let position = quoteAt + (triple ? 3 : 1);
  for (; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === BACKSLASH) position = escapeEnd(text, position) - 1;
    else if (code === quote) {
      if (!triple) return { end: position + 1, terminated: true };
      if (closesTriple(text, position, quote)) return { end: position + 3, terminated: true };
    } else if (!triple && (code === NEWLINE || code === RETURN)) return { end: position, terminated: false };
  }
  return { end: Math.min(position, text.length), terminated: false };
}

/** The end of a formatted literal; the outermost replacement fields are added to `fields`. */
export function formattedEnd(
  text: string,
  quoteAt: number,
  raw: boolean,
  fields: Field[] = [],
  depth = 0,
): StringEnd {
  const quote = text.charCodeAt(quoteAt);
  const triple = quoteLength(text, quoteAt) === 3;
  const literal: Literal = { text, quote, triple, raw, depth };
  let position = quoteAt + (triple ? 3 : 1);
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === quote && (!triple || closesTriple(text, position, quote))) {
      return { end: position + (triple ? 3 : 1), terminated: true };
    }
    if (!triple && (code === NEWLINE || code === RETURN)) return { end: position, terminated: false };
    if (code === BACKSLASH) position = formattedEscapeEnd(literal, position);
    else if (code !== OPEN_BRACE) position++;
    else if (text.charCodeAt(position + 1) === OPEN_BRACE) position += 2;
    else {
      const field = fieldEnd(literal, position + 1, fields);
      if (!field.terminated) return field;
      position = field.end;
    }
  }
  return { end: text.length, terminated: false };
}

interface Literal {
  readonly text: string;
  readonly quote: number;
  readonly triple: boolean;
  readonly raw: boolean;
  readonly depth: number;
}

function closesTriple(text: string, position: number, quote: number): boolean {
  return text.charCodeAt(position + 1) === quote && text.charCodeAt(position + 2) === quote;
}

/** After a backslash and what it escapes; a CRLF counts as one character. */
function escapeEnd(text: string, backslashAt: number): number {
  const crlf = text.charCodeAt(backslashAt + 1) === RETURN && text.charCodeAt(backslashAt + 2) === NEWLINE;
  return backslashAt + (crlf ? 3 : 2);
}

function formattedEscapeEnd(literal: Literal, backslashAt: number): number {
  const { text, raw } = literal;
  const next = text.charCodeAt(backslashAt + 1);
  if (next === OPEN_BRACE || next === CLOSE_BRACE) return backslashAt + 1;
  if (!raw && next === 78 && text.charCodeAt(backslashAt + 2) === OPEN_BRACE) {
    const close = text.indexOf("}", backslashAt);
    return close === -1 ? text.length : close + 1;
  }
  return escapeEnd(text, backslashAt);
}

/** From after `{` to after the matching `}`. */
function fieldEnd(literal: Literal, start: number, fields: Field[]): StringEnd {
  const { text, depth } = literal;
  if (depth > MAX_NESTING) return { end: text.length, terminated: false };
  let brackets = 0;
  let position = start;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (brackets === 0 && isFieldEnd(text, position, code)) {
      fields.push({ start, end: position });
      return code === CLOSE_BRACE
        ? { end: position + 1, terminated: true }
        : specificationEnd(literal, position, fields);
    }
    if (code === 40 || code === 91 || code === OPEN_BRACE) brackets++;
    else if (code === 41 || code === 93 || code === CLOSE_BRACE) brackets--;
    if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
      const inner = nestedString(text, position, depth);
      if (!inner.terminated) return inner;
      position = inner.end;
    } else if (code === HASH) position = lineEnd(text, position);
    else position++;
  }
  return { end: text.length, terminated: false };
}

function isFieldEnd(text: string, position: number, code: number): boolean {
  if (code === CLOSE_BRACE || code === COLON) return true;
  return code === BANG && text.charCodeAt(position + 1) !== EQUALS;
}

/** From the `!` or `:` that ends an expression to after the field's `}`. */
function specificationEnd(literal: Literal, start: number, fields: Field[]): StringEnd {
  const { text, quote, triple, depth } = literal;
  let position = start + 1;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === CLOSE_BRACE) return { end: position + 1, terminated: true };
    if (code === BACKSLASH) {
      position = formattedEscapeEnd(literal, position);
      continue;
    }
    if (!triple && (code === NEWLINE || code === RETURN)) return { end: position, terminated: false };
    if (code === quote && (!triple || closesTriple(text, position, quote)))
      return { end: position, terminated: false };
    if (code === OPEN_BRACE) {
      const inner = fieldEnd({ ...literal, depth: depth + 1 }, position + 1, fields);
      if (!inner.terminated) return inner;
      position = inner.end;
    } else position++;
  }
  return { end: text.length, terminated: false };
}

function nestedString(text: string, quoteAt: number, depth: number): StringEnd {
  const prefix = /[a-zA-Z]{0,2}$/.exec(text.slice(Math.max(0, quoteAt - 2), quoteAt))?.[0] ?? "";
  const before = text.charAt(quoteAt - prefix.length - 1);
  if (/[ft]/i.test(prefix) && !/[\p{L}\p{N}_]/u.test(before)) {
    return formattedEnd(text, quoteAt, /r/i.test(prefix), [], depth + 1);
  }
  return stringEnd(text, quoteAt);
}

/** The offset of the line's end, before its line break. */
export function lineEnd(text: string, position: number): number {
  let end = position;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === NEWLINE || code === RETURN) break;
  }
  return end;
}
