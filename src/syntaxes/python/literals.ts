import { universalNewlines } from "../shared/lines.ts";

const SIMPLE: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/**
 * What a plain string literal stands for, prefix and quotes taken off. `\N{…}` stays as it is written: the
 * names of characters are a table that Node does not have.
 */
export function literalValue(source: string): string {
  const quoteAt = source.search(/['"]/);
  const quotes = source.startsWith(source.charAt(quoteAt).repeat(3), quoteAt) ? 3 : 1;
  const body = universalNewlines(source.slice(quoteAt + quotes, source.length - quotes));
  if (!body.includes("\\") || /r/i.test(source.slice(0, quoteAt))) return body;
  return body.replaceAll(ESCAPE, decodeEscape);
}

function decodeEscape(
  all: string,
  octal: string | undefined,
  byte: string | undefined,
  short: string | undefined,
  long: string | undefined,
  other: string | undefined,
): string {
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  const hexadecimal = byte ?? short ?? long;
  if (hexadecimal !== undefined) {
    const code = Number.parseInt(hexadecimal, 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all;
  }
  return other === undefined ? all : (SIMPLE[other] ?? all);
}

/** What Python's `str.lstrip()` strips. */
// oxlint-disable-next-line no-control-regex -- four of them are white space to Python
const LEADING_SPACE = /^[\t-\r\u001C-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/;

/** The same as Python's `inspect.cleandoc`, which `ast.get_docstring` and `help()` show. */
export function cleanDocstring(text: string): string {
  const lines = expandTabs(text).split("\n");
  const margin = commonMargin(lines.slice(1));
  const cleaned = lines.map((line, index) =>
    index === 0 ? line.replace(LEADING_SPACE, "") : line.slice(margin),
  );
  while (cleaned.length > 0 && cleaned[cleaned.length - 1] === "") cleaned.pop();
  const first = cleaned.findIndex((line) => line !== "");
  return cleaned.slice(Math.max(first, 0)).join("\n");
}

function commonMargin(lines: readonly string[]): number {
  let margin = Infinity;
  for (const line of lines) {
    const indent = LEADING_SPACE.exec(line)?.[0].length ?? 0;
    if (indent < line.length) margin = Math.min(margin, indent);
  }
  return margin === Infinity ? 0 : margin;
}

function expandTabs(text: string): string {
  if (!text.includes("\t")) return text;
  let column = 0;
  let result = "";
  for (const character of text) {
    if (character === "\t") {
      const spaces = 8 - (column % 8);
      result += " ".repeat(spaces);
      column += spaces;
    } else {
      result += character;
      column = character === "\n" || character === "\r" ? 0 : column + 1;
    }
  }
  return result;
}
