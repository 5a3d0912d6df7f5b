/**
 * File names in diff headers, by the rules of `git apply`. Names come as raw bytes (one character each).
 *
 * Git strips one leading part (`a/`, `b/`) always. Diffs made without prefixes are common among predictions, so
 * nothing is stripped where the name plainly has no prefix: both sides are equal and do not begin with one letter.
 */
export type Strip = 0 | 1;

export function isDevNull(text: string): boolean {
  return /^\/dev\/null\s/.test(text);
}

const PREFIX = /^[abciow12]\//;

export function hasPrefix(name: string): boolean {
  return PREFIX.test(name);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** Reads a name quoted as in C at the start of `text`; `length` is that of the quoted form. */
export function unquote(text: string): { name: string; length: number } | undefined {
  let name = "";
  for (let position = 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '"') return { name, length: position + 1 };
    if (character === "\n") return undefined;
    if (character !== "\\") {
      name += character;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(position + 1, position + 4))?.[0];
    const escape = ESCAPES[text.charAt(position + 1)];
    if (octal === undefined && escape === undefined) return undefined;
    name += octal === undefined ? escape : String.fromCharCode(Number.parseInt(octal, 8));
    position += octal === undefined ? 1 : 3;
  }
  return undefined;
}

/** Takes leading parts off; undefined when there are not enough of them. */
export function stripParts(name: string, strip: Strip): string | undefined {
  if (strip === 0) return name;
  const slash = name.indexOf("/");
  return slash < 0 ? undefined : name.slice(slash + 1);
}

/** The name after `--- `, `+++ `, `rename from `…; `tabEnds` for the first two, whose names end at a tab. */
export function headerName(text: string, strip: Strip, tabEnds: boolean): string | undefined {
  const raw = text.startsWith('"')
    ? unquote(text)?.name
    : text.slice(0, text.search(tabEnds ? /[\t\r\n]/ : /[\r\n]/));
  return raw === undefined ? undefined : nonEmpty(stripParts(raw, strip));
}

function nonEmpty(name: string | undefined): string | undefined {
  return name === "" ? undefined : name;
}

/** With the one blank before it. No quantifier over blanks here: a line of nothing else must not take hours. */
const TIMESTAMP =
  /[\t ](?:\d{4}|\d{2})-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,30})?(?: [-+]\d{4}| [-+]\d{2}:\d{2})?$/;
const LONGEST_TIMESTAMP = 80;

/** The whole name of a `--- ` or `+++ ` line of a diff without a git header, a time stamp taken off. */
export function traditionalName(text: string): string | undefined {
  if (text.startsWith('"')) return unquote(text)?.name;
  const line = text.replace(/\n$/, "");
  const end = timestampStart(line) ?? (/[\t\r]/.exec(line) ?? { index: line.length }).index;
  return nonEmpty(line.slice(0, end));
}

/** Where a time stamp and the tab or blanks before it start. */
function timestampStart(line: string): number | undefined {
  const from = Math.max(0, line.length - LONGEST_TIMESTAMP);
  const stamp = TIMESTAMP.exec(line.slice(from));
  if (stamp === null) return undefined;
  let start = from + stamp.index;
  if (line.charAt(start) === " ") while (line.charAt(start - 1) === " ") start--;
  return start;
}

/** GNU diff says "this file does not exist" by a time stamp of the start of 1970, in whatever zone. */
export function hasEpochTimestamp(text: string): boolean {
  const stamp = text.slice(text.lastIndexOf("\t") + 1);
  const parts = /^(1969-12-31|1970-01-01) ([0-2]\d):([0-5]\d):00(?:\.0+)? ([-+])([0-2]\d):?([0-5]\d)\n/.exec(
    stamp,
  );
  if (parts === null || !text.includes("\t")) return false;
  const [, day, hour, minute, sign, zoneHour, zoneMinute] = parts;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === "-" ? -1 : 1);
  return Number(hour) * 60 + Number(minute) - zone === (day === "1969-12-31" ? 24 * 60 : 0);
}

/**
 * The name that a `diff --git` line gives when both of its sides are the same name (undefined otherwise: then it
 * stands in other header lines), and how much was stripped.
 */
export function gitHeaderName(text: string): { name: string | undefined; strip: Strip } {
  const line = text.replace(/\n$/, "");
  const plain = hasPrefix(line.startsWith('"') ? line.slice(1) : line) ? undefined : sameName(line, 0);
  if (plain !== undefined) return { name: plain, strip: 0 };
  return { name: sameName(line, 1), strip: 1 };
}

function sameName(line: string, strip: Strip): string | undefined {
  if (line.startsWith('"')) return sameAfterQuoted(line, strip);
  const quote = line.indexOf('"');
  if (quote > 0) {
    const second = unquote(line.slice(quote));
    const first = stripParts(line.slice(0, quote).trimEnd(), strip);
    const name = second === undefined ? undefined : stripParts(second.name, strip);
    return name !== undefined && name === first ? nonEmpty(name) : undefined;
  }
  return sameAroundBlank(line, strip);
}

/**
 * Two plain names with a blank between them, where names may have blanks too. Of all blanks only one leaves the same
 * length on both sides, so that the work is no more than one pass over a line of any length.
 */
function sameAroundBlank(line: string, strip: Strip): string | undefined {
  const first = strip === 0 ? 0 : line.indexOf("/") + 1;
  if (strip === 1 && first === 0) return undefined;
  let second = 0;
  for (let gap = line.search(/[ \t]/); gap >= 0; gap = nextBlank(line, gap)) {
    if (gap <= first) continue;
    if (strip === 0) second = gap + 1;
    else if (second < gap + 2) second = line.indexOf("/", gap + 1) + 1;
    if (second === 0) return undefined;
    const name = line.slice(first, gap);
    if (name.length === line.length - second && line.endsWith(name)) return name;
  }
  return undefined;
}

function nextBlank(line: string, from: number): number {
  const offset = line.slice(from + 1).search(/[ \t]/);
  return offset < 0 ? -1 : from + 1 + offset;
}

function sameAfterQuoted(line: string, strip: Strip): string | undefined {
  const first = unquote(line);
  if (first === undefined) return undefined;
  const rest = line.slice(first.length).trimStart();
  const second = rest.startsWith('"') ? unquote(rest)?.name : rest;
  const name = stripParts(first.name, strip);
  if (name === undefined || second === undefined) return undefined;
  return stripParts(second, strip) === name ? nonEmpty(name) : undefined;
}
