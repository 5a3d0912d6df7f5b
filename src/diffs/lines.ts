/** A diff line by line, each with its `\n`; one character stands for one byte. */
export interface LineReader {
  /** The line at the position; `""` at the end. */
  peek(): string;
  /** The line after it. */
  peekSecond(): string;
  peekThird(): string;
  next(): string;
  /** How many characters there are from the position on. */
  readonly rest: number;
  /** The number of the line at the position, from 1. */
  readonly number: number;
}

export function readLinesOf(text: string): LineReader {
  let position = 0;
  let number = 1;
  const endOf = (start: number) => {
    const end = text.indexOf("\n", start);
    return end < 0 ? text.length : end + 1;
  };
  const at = (start: number) => text.slice(start, endOf(start));
  return {
    peek: () => at(position),
    peekSecond: () => at(endOf(position)),
    peekThird: () => at(endOf(endOf(position))),
    next() {
      const line = at(position);
      position += line.length;
      if (line !== "") number++;
      return line;
    },
    get rest() {
      return text.length - position;
    },
    get number() {
      return number;
    },
  };
}
