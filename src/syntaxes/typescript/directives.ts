import { isJsdocBlock } from "./jsdoc.ts";

/** What may stand between a comment's own marks and what it says. */
const OPEN = String.raw`^(?:\/\/+|\/\*+|<!--)[\s*]*`;

/**
 * Comments that say something to a tool as their first word, as the tools themselves look for it. Names that are also words
 * (`standard ships`, `prettier output`) need what such a tool is told.
 */
const FIRST_WORDS = new RegExp(
  `${OPEN}(?:${[
    String.raw`(?:eslint|oxlint|jshint|jslint|jscs|stylelint|tslint|rslint|quick-lint-js)(?:-[\w-]+)?(?![\w-])`,
    String.raw`(?:standard|prettier|deno|biome|dprint|rome)[-:](?:disable|enable|ignore|env|lint|fmt|coverage)[\w-]*`,
    String.raw`(?:istanbul|c8|v8|node:coverage|vitest|codecov|coverage|nyc)\s+(?:ignore|disable|enable)`,
    String.raw`webpack\w+\s*:|turbopack\w+\s*:|@?vite-ignore|rollup-|parcel-|swc-`,
    String.raw`c?spell-?(?:checker)?\s*:|cspell:|codespell:|spellchecker:`,
    String.raw`NOSONAR|NOLINT|nosemgrep|skipcq|noinspection|codeql|lgtm|nosec|no-?dead-?code|knip`,
    String.raw`#(?:region|endregion)\b`,
  ].join("|")})`,
  "i",
);

/** What is read in block comments only: ESLint's names, Flow's types. */
const BLOCKS = /^\/\*\s*(?:(?:globals?|exported)\s+[\w$]|::?\s?\S)/;

/** Tags that a compiler, a bundler, a test runner or a minifier reads, wherever a line of a comment starts with one. */
const TAGS =
  /^(?:\/\/+|\/\*+|[ \t]*\*+)?[ \t]*@(?:ts-[a-z-]+|jsx\w*|(?:no)?flow|license|licence|preserve|cc_on|lint-ignore|vite-ignore|(?:jest|vitest)-environment\S*|jest-config|vitest-\w+|format|prettier|__(?:PURE|INLINE|NOINLINE|KEY|MANGLE_PROP)__|const(?=\s*\*\/)|internal|public(?=\s*\*\/))(?![\w])/im;

const ANYWHERE =
  /[#@]__[A-Z_]+__|[#@]\s*source(?:Mapping)?URL\s*=|\$Flow(?:FixMe|Ignore|Issue|ExpectedError)|eslint-(?:disable|enable)|\bNOSONAR\b|\btslint:/;

/** The marks that make it one: `/*!` (kept by minifiers), `///` with a tag, `#!`. */
const MARKS = /^(?:\/\*!|\/\/!|\/\/\/\s*<|#!)/;

/** Where JavaScript is checked for types, these declare some. */
const TYPE_TAGS =
  /^(?:\/\*\*|[ \t]*\*?)[ \t]*@(?:type|typedef|callback|template|satisfies|import|overload|enum|extends|augments|implements|this|class|constructor)(?![\w-])/m;

/** Whether a comment that is no docstring steers a tool or the language. */
export function isDirective(comment: string, language: string): boolean {
  if ([MARKS, FIRST_WORDS, BLOCKS, TAGS, ANYWHERE].some((pattern) => pattern.test(comment))) return true;
  return language === "javascript" && isJsdocBlock(comment) && TYPE_TAGS.test(comment);
}
