import type { SyntaxLookup } from "./checks/sources.ts";

/** What the shared cheats write into a file of one language. */
export interface Wording {
  /** What starts a comment. */
  readonly mark: string;
  /** A line of code that does nothing. */
  readonly code: string;
  readonly directive: string;
  /** A directive behind code, with the white space before it. */
  readonly trailingDirective: RegExp;
  /** What is in every text that `trailingDirective` matches, and much faster to look for. */
  readonly looksDirected: readonly string[];
}

const HASH: Wording = {
  mark: "#",
  code: "_unused = None",
  directive: "# type: ignore",
  trailingDirective: /[ \t]*# (?:noqa|type: ignore|pragma: no cover)[^\n]*/,
  looksDirected: ["# noqa", "# type: ignore", "# pragma: no cover"],
};

const SLASHES: Wording = {
  mark: "//",
  code: "var _unused;",
  directive: "// @ts-ignore",
  trailingDirective: /[ \t]*\/\/ (?:eslint-disable|@ts-ignore|@ts-expect-error|prettier-ignore)[^\n]*/,
  looksDirected: ["// eslint-disable", "// @ts-", "// prettier-ignore"],
};

export function wordingFor(syntaxes: SyntaxLookup, path = ""): Wording {
  return syntaxes.for(path)?.lineComment === SLASHES.mark ? SLASHES : HASH;
}
