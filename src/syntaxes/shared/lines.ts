/**
 * The offsets at which lines start; a line ends with LF, CRLF or a lone CR, as for CPython, tsc and most editors. (git
 * takes a lone CR for any other character.) JavaScript's U+2028 and U+2029 end no line here, for editors show none.
 */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  const hasReturn = text.includes("\r");
  for (let at = nextBreak(text, 0, hasReturn); at !== -1; at = nextBreak(text, at, hasReturn))
    starts.push(at);
  return starts;
}

/** The start of the line after the one that `from` is in, or -1. */
function nextBreak(text: string, from: number, hasReturn: boolean): number {
  const feed = text.indexOf("\n", from);
  if (!hasReturn) return feed === -1 ? -1 : feed + 1;
  const end = feed === -1 ? text.length : feed;
  for (let at = from; at < end; at++) {
    if (text.charCodeAt(at) === 13) return at + 1 === feed ? feed + 1 : at + 1;
  }
  return feed === -1 ? -1 : feed + 1;
}

/** The line, from 1, that an offset is on. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Every line break as LF, as Python reads string literals and JavaScript reads template literals. */
export function universalNewlines(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}

/** The line break that a file uses: its first one. */
export function lineBreakOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
}
