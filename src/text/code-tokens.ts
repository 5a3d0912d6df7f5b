/**
 * A rough token stream of source text, for counting and comparing only (never for judging): comments and
 * white space out, strings and numbers as one mark each. It needs no parser, so it works on any span.
 */
export interface CodeTokens {
  readonly tokens: readonly string[];
  /** Logical lines: ends of line outside brackets and strings, empty and comment lines not counted. */
  readonly lines: number;
}

const STRING_TOKEN = '""';
const NUMBER_TOKEN = "0";

const HASH_COMMENTS =
  /#[^\n]*|[A-Za-z]{0,2}(?:"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|\\\r?\n|\n|[^\s]/gu;
const SLASH_COMMENTS =
  /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|`(?:[^`\\]|\\[^])*`|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|\n|[^\s]/gu;

/** `comments` is what starts a comment in the language: `#`, `//`. */
export function codeTokens(text: string, comments: string): CodeTokens {
  const tokens: string[] = [];
  // Braces hold statements in the languages with `//`, and only values in the others.
  const [opening, closing] = comments === "#" ? ["([{", ")]}"] : ["([", ")]"];
  let lines = 0;
  let depth = 0;
  let lineOpen = false;
  for (const [token] of text.matchAll(comments === "#" ? HASH_COMMENTS : SLASH_COMMENTS)) {
    if (isComment(token, comments) || token.startsWith("\\")) continue;
    if (token === "\n") {
      if (lineOpen && depth <= 0) lines++;
      if (depth <= 0) lineOpen = false;
      continue;
    }
    lineOpen = true;
    if (opening.includes(token)) depth++;
    if (closing.includes(token)) depth--;
    tokens.push(markOf(token));
  }
  return { tokens, lines: lines + (lineOpen ? 1 : 0) };
}

function isComment(token: string, comments: string): boolean {
  return comments === "#" ? token.startsWith("#") : token.startsWith("//") || token.startsWith("/*");
}

function markOf(token: string): string {
  if (/["'`]$/.test(token)) return STRING_TOKEN;
  return /^\d/.test(token) ? NUMBER_TOKEN : token;
}
