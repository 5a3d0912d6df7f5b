import { isJsdocBlock } from "./jsdoc.ts";

/** What may stand between a comment's own marks and what it says. */
const OPEN = String.raw`^(?:\/\/+|\/\*+|<!--)[\s*]*`;

/** Comments that say something to a tool as their first word, as the tools themselves look for it. */
const FIRST_WORDS = new RegExp(
  `${OPEN}(?:${[
    String.raw`(?:eslint|oxlint|rslint|stylelint|standard)-(?:disable|enable|ignore|env)`,
    String.raw`(?:prettier|biome|dprint|rome|deno-(?:lint|fmt|coverage))-ignore`,
    String.raw`(?:jshint|jslint|jscs|tslint)\s*(?::|ignore|[\w.]+\s*[:,])`,
    String.raw`eslint\s+["'@\w/-]+\s*:`,
    String.raw`(?:istanbul|c8|v8|node:coverage|vitest|codecov|coverage|nyc)\s+(?:ignore|disable|enable)`,
    String.raw`webpack\w+\s*:|turbopack\w+\s*:|vite-ignore`,
    String.raw`c?spell-?(?:checker)?\s*:|cspell:|codespell:|spellchecker:`,
    String.raw`(?:NOSONAR|NOLINT|nosemgrep|skipcq|nosec)\b|noinspection\s+\w|(?:codeql|lgtm)\s*\[`,
    String.raw`#(?:region|endregion)\b`,
  ].join("|")})`,
  "i",
);

/** Tags that a compiler, a bundler, a test runner or a minifier reads, wherever a line of a comment starts with one. */
const TAGS =
  /^(?:\/\/+|\/\*+|[ \t]*\*+)?[ \t]*@(?:ts-(?:ignore|expect-error|nocheck|check)|jsx\w*|(?:no)?flow|license|licence|preserve|cc_on|vite-ignore|(?:jest|vitest)-environment[\w-]*|format|noformat|prettier)(?![\w-])/im;

const ANYWHERE =
  /[#@]__[A-Z_]+__|[#@]\s*source(?:Mapping)?URL\s*=|\$Flow(?:FixMe|Ignore|Issue|ExpectedError)|eslint-(?:disable|enable)|\bNOSONAR\b|\btslint:/;

/**
 * The marks that make it one: `/*!` (kept by minifiers), `/*:` (a type for Flow), `///` with a tag, `#!`; and what ESLint
 * reads in `/*` only.
 */
const MARKS = /^(?:\/\*!|\/\/!|\/\*::?|\/\/\/\s*<|#!|\/\*\s*(?:globals?|exported)\s)/;

/** Where JavaScript is checked for types, these declare some. */
const TYPE_TAGS =
  /^(?:\/\*\*|[ \t]*\*?)[ \t]*@(?:type|typedef|callback|template|satisfies|import|overload|enum|extends|augments|implements|this|class|constructor)(?![\w-])/m;

/** Whether a comment that is no docstring steers a tool or the language. */
export function isDirective(comment: string, language: string): boolean {
  if ([MARKS, FIRST_WORDS, TAGS, ANYWHERE].some((pattern) => pattern.test(comment))) return true;
  return language === "javascript" && isJsdocBlock(comment) && TYPE_TAGS.test(comment);
}
