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
 * (`# see below  # noqa`), so every `#` is looked at. Words that also begin prose (`# Type: …`, `# coverage is low`) count only
 * as the tools themselves read them.
 */
const DIRECTIVE = anyOf("i", [
  /#\s*(?:fmt|pylint|mypy|pyright|isort|ruff|flake8|yapf|autopep8|pytype|pyrefly)\s*:/,
  /#\s*(?:cython|distutils|spellchecker|cspell|codespell)\s*:/,
  /#\s*pragma\b/,
  /#\s*(?:no\s?qa|nosec|no\s?cover\b|nopep8|noinspection|skipcq|nosonar|lgtm|pyre-|pysa|nosemgrep)/,
  /#\s*type-ignore\b/,
  /#\s*\/\/\//,
  /^#!/,
]);
const LOWER_CASE_DIRECTIVE = anyOf("", [
  /#\s*(?:type|black|ty|doctest|coverage|sourcery|skylos|vulture|bandit)\s*:/,
]);

function anyOf(flags: string, patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map((pattern) => pattern.source).join("|"), flags);
}

/** `line` is the comment's line from 1, for the encoding cookie counts in the first two only. */
export function isDirective(comment: string, line: number): boolean {
  return (
    DIRECTIVE.test(comment) ||
    LOWER_CASE_DIRECTIVE.test(comment) ||
    (line <= 2 && cookieOf(comment) !== undefined)
  );
}
