/**
 * The text of a JSDoc comment: stars, the indentation that all lines share, and blank lines around it taken off,
 * and a `*\/` that was escaped to stand in it read back.
 */
export function readJsdoc(comment: string): string {
  const inner = comment.slice("/**".length, -"*/".length);
  const [first = "", ...rest] = inner.split(/\r\n|\r|\n/);
  const lines = rest.map((line) => trimEnd(line.replace(/^[ \t]*\*/, "")));
  const shared = Math.min(...lines.filter((line) => line !== "").map(indentOf));
  const text = [trimEnd(first).replace(/^[ \t]+/, ""), ...lines.map((line) => line.slice(shared))];
  while (text.length > 0 && text[0] === "") text.shift();
  while (text.length > 0 && text.at(-1) === "") text.pop();
  return text.join("\n").replaceAll(/\*\\(\\*)\//g, String.raw`*$1/`);
}

/** A JSDoc comment that reads as `text`; its first line is to stand behind `indent`. */
export function writeJsdoc(text: string, indent: string, lineBreak: string): string {
  const safe = text.replaceAll(/\*(\\*)\//g, String.raw`*\$1/`);
  const lines = safe.split(/\r\n|\r|\n/);
  if (lines.length === 1 && !/^[ \t]|[ \t]$/.test(safe)) return safe === "" ? "/** */" : `/** ${safe} */`;
  const starred = lines.map((line) => trimEnd(`${indent} * ${line}`));
  return ["/**", ...starred, `${indent} */`].join(lineBreak);
}

function trimEnd(line: string): string {
  return line.replace(/[ \t]+$/, "");
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/**
 * Tags at the start of a line that make a block something of its own: about the file, a type, or for a tool. Such a
 * block documents no definition, even right before one.
 */
const ABOUT_FILE = tagged("file|fileoverview|overview|module|packageDocumentation");
const OF_ITS_OWN = tagged("typedef|callback|import");
const PRAGMA = new RegExp(
  `${tagged(String.raw`license|preserve|(?:no)?flow|jsx\w*|(?:jest|vitest)-environment|ts-[a-z-]+`).source}|source(?:Mapping)?URL=`,
  "m",
);

function tagged(names: string): RegExp {
  return new RegExp(String.raw`^(?:\/\*\*|[ \t]*\*?)[ \t]*@(?:${names})(?![\w-])`, "m");
}

/** Whether a comment is JSDoc that can document a definition. `/***` is a banner, for JSDoc itself too. */
export function isJsdoc(comment: string): boolean {
  return isJsdocBlock(comment) && ![ABOUT_FILE, OF_ITS_OWN, PRAGMA].some((tag) => tag.test(comment));
}

export function isJsdocBlock(comment: string): boolean {
  return /^\/\*\*(?![*/])/.test(comment);
}

/** Whether a block says that it is about the file. */
export function isFileBlock(comment: string): boolean {
  return isJsdocBlock(comment) && ABOUT_FILE.test(comment) && !PRAGMA.test(comment);
}
