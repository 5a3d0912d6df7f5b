import type { Comment } from "../../syntax.ts";
import { cookieOf } from "./encoding.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { tokenize } from "./tokenizer.ts";

/** All comments of a file, the shebang included. */
export function commentsOf(text: string): Comment[] {
  const lines = lineStartsOf(text);
  return tokenize(text).comments.map(({ start, end, ownLine }) => {
    const line = lineAt(lines, start);
    return { text: text.slice(start, end), span: { start, end }, firstLine: line, lastLine: line, ownLine };
  });
}

/**
 * Comments that steer a tool or the language. One may follow another in the same comment
 * (`# see below  # noqa`), so every `#` is looked at.
 */
const DIRECTIVE = new RegExp(
  [
    /#\s*(?:type|fmt|pylint|mypy|pyright|isort|ruff|flake8|yapf|autopep8|black|pytype|ty|pyrefly)\s*:/,
    /#\s*(?:cython|distutils|doctest|spellchecker|cspell|codespell|sourcery|skylos|vulture|bandit)\s*:/,
    /#\s*pragma\b/,
    /#\s*(?:no\s?qa|nosec|no\s?cover|coverage|nopep8|noinspection|skipcq|nosonar|lgtm|pyre-|pysa|nosemgrep)/,
    /#\s*type-ignore\b/,
    /#\s*\/\/\//,
    /^#!/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "i",
);

/** `line` is the comment's line from 1, for the encoding cookie counts in the first two only. */
export function isDirective(comment: string, line: number): boolean {
  return DIRECTIVE.test(comment) || (line <= 2 && cookieOf(comment) !== undefined);
}
