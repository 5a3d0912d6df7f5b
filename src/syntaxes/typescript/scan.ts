import type { Span } from "../../syntax.ts";

export interface Scan {
  readonly comments: readonly Span[];
  /** Strings, templates, comments and brackets all closed, as far as can be told without a grammar. */
  readonly closed: boolean;
}

/**
 * Finds comments without a parser, for files that it refuses. Whether a slash divides or starts a pattern is guessed from
 * what stands before it; text between JSX tags is not known for what it is.
 */
export function scanComments(text: string): Scan {
  const comments: Span[] = [];
  const brackets: string[] = [];
  let closed = true;
  let before = "";
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    const start = found.index;
    if (token.startsWith("//") || token.startsWith("/*") || (start === 0 && token.startsWith("#!"))) {
      comments.push({ start, end: TOKEN.lastIndex });
      if (token.startsWith("/*") && (token.length < 4 || !token.endsWith("*/"))) closed = false;
      continue;
    }
    if (token === "/" && startsPattern(before)) {
      PATTERN.lastIndex = start;
      if (PATTERN.test(text)) TOKEN.lastIndex = PATTERN.lastIndex;
    }
    if (token === "`" || (token === "}" && brackets.at(-1) === "`")) {
      // A template's text goes on after each `${…}` in it.
      if (token === "}") brackets.pop();
      TEMPLATE.lastIndex = TOKEN.lastIndex;
      const rest = TEMPLATE.exec(text)?.[0] ?? "";
      TOKEN.lastIndex += rest.length;
      if (rest.endsWith("${")) brackets.push("`");
      else if (!rest.endsWith("`")) closed = false;
    } else if ("([{".includes(token)) brackets.push(token);
    else if (")]}".includes(token) && brackets.pop() !== OPENING[token]) closed = false;
    else if (/^["']$/.test(token)) closed = false;
    before = token;
  }
  return { comments, closed: closed && brackets.length === 0 };
}

const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
/** The end of the text closes a comment that nothing else does; a quote alone is a string that does not close. */
const TOKEN =
  /\/\/[^\n\r\u2028\u2029]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|^#![^\n\r]*|"(?:[^"\\\n\r]|\\(?:\r\n|[^]))*"|'(?:[^'\\\n\r]|\\(?:\r\n|[^]))*'|[\p{L}\p{N}_$]+|[^\s]/gu;
const PATTERN = /\/(?:[^/\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/[\p{L}]*/uy;
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)?/y;

/** A slash divides behind a value, that is a name, a number, a string or a closing bracket. */
function startsPattern(before: string): boolean {
  if (/^(?:return|typeof|case|in|of|delete|void|throw|new|do|else|instanceof|yield|await)$/.test(before))
    return true;
  return !/[\p{L}\p{N}_$)\]}"'`]$/u.test(before);
}
