import type { CodeComparison, DecodedSource } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { type Code, codeOf, shapeDifference, tokenText } from "./code.ts";
import { reportChanges } from "./changes.ts";
import type { Dialect } from "./dialects.ts";
import { sameWithoutCommentLines } from "./invalid-files.ts";
import { parseIn, type Parsed, parseText } from "./parse.ts";

/**
 * Whether two versions of a file are the same program but for comments: the same tokens in the same syntax tree. The tree
 * tells what tokens do not, for a line break can end a statement: `return` before one returns nothing. White space
 * may differ, for the program does not; in JSX text and template literals it is the program.
 */
export function compareCode(dialect: Dialect, before: DecodedSource, after: DecodedSource): CodeComparison {
  if (before.encoding !== after.encoding) {
    return changed(1, `encoding ${before.encoding} became ${after.encoding}`);
  }
  if (before.text === after.text) return { same: true, docstrings: [], comments: [] };
  const old = parseText(dialect, before.text, true);
  if (!("file" in old)) return sameWithoutCommentLines(dialect, before.text, after.text);
  const result = compareTo(dialect, old, after.text);
  if (!result.same || !READ_TWO_WAYS.test(before.text + after.text)) return result;
  const otherwise = dialect.modes(before.text).find(({ sourceType }) => sourceType !== old.mode.sourceType);
  const second = otherwise && parseIn(otherwise, before.text, true);
  return second && "file" in second ? firstDifferent(result, compareTo(dialect, second, after.text)) : result;
}

function firstDifferent(first: CodeComparison, second: CodeComparison): CodeComparison {
  return second.same ? first : second;
}

/** What a script and a module read as different programs: there is no telling which one a file is. */
const READ_TWO_WAYS = /<!--|-->|\bawait\b/;

/** The new version has to be valid in the way in which the old one was read. */
function compareTo(dialect: Dialect, old: Parsed, after: string): CodeComparison {
  const now = parseIn(old.mode, after, true);
  if ("file" in now) return compareParsed(dialect, old, now);
  const line = lineAt(lineStartsOf(after), now.offset);
  return { same: false, reason: "now-invalid", line, detail: now.message };
}

function compareParsed(dialect: Dialect, before: Parsed, after: Parsed): CodeComparison {
  const [old, now] = [codeOf(before), codeOf(after)];
  const difference = tokenDifference(old, now) ?? treeDifference(old, now);
  if (difference === undefined)
    return reportChanges(dialect, { parsed: before, code: old }, { parsed: after, code: now });
  return changed(lineAt(lineStartsOf(now.text), difference.offset), difference.detail);
}

interface Difference {
  readonly offset: number;
  readonly detail: string;
}

function tokenDifference(old: Code, now: Code): Difference | undefined {
  const count = Math.max(old.tokens.length, now.tokens.length);
  for (let index = 0; index < count; index++) {
    const [was, is] = [old.tokens[index], now.tokens[index]];
    if (was !== undefined && is !== undefined && was.type.label === is.type.label) {
      if (tokenText(old, was) === tokenText(now, is)) continue;
    }
    return {
      offset: is?.start ?? now.text.length,
      detail: `${describe(old, index)} became ${describe(now, index)}`,
    };
  }
  return undefined;
}

function treeDifference(old: Code, now: Code): Difference | undefined {
  const found = shapeDifference(old, now);
  if (found === undefined) return undefined;
  const { was, is } = found;
  const detail = `the same tokens read otherwise: ${was?.type ?? "nothing"} became ${is?.type ?? "nothing"}`;
  return { offset: is?.start ?? now.text.length, detail };
}

function describe(code: Code, index: number): string {
  const token = code.tokens[index];
  if (token === undefined) return "the end of the file";
  const text = tokenText(code, token);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

function changed(line: number, detail: string): CodeComparison {
  return { same: false, reason: "code-changed", line, detail };
}
