import type { FilePatch } from "../diff.ts";
import type { LineReader } from "./lines.ts";
import {
  gitHeaderName,
  hasEpochTimestamp,
  hasPrefix,
  headerName,
  isDevNull,
  stripParts,
  traditionalName,
} from "./names.ts";
import type { Strip } from "./names.ts";
import { malformed } from "./refused.ts";

/** What the lines before the first hunk say; names are still raw bytes. */
export interface Header {
  readonly line: number;
  change: FilePatch["change"];
  oldName?: string | undefined;
  newName?: string | undefined;
  oldMode?: number;
  newMode?: number;
  oldBlob?: string;
  newBlob?: string;
}

interface GitHeader extends Header {
  readonly defaultName: string | undefined;
  readonly strip: Strip;
}

/** Reads the header that starts with the `diff --git` line at the reader's position. */
export function readGitHeader(reader: LineReader): Header {
  const line = reader.number;
  const { name, strip } = gitHeaderName(reader.next().slice("diff --git ".length));
  const header: GitHeader = { line, change: "modify", defaultName: name, strip };
  let read = 0;
  for (; reader.peek() !== ""; read++) {
    const rule = RULES.find(([prefix]) => reader.peek().startsWith(prefix));
    if (rule === undefined || reader.peek().startsWith("@@ -")) break;
    rule[1](header, reader.peek().slice(rule[0].length), reader.number);
    reader.next();
  }
  if (header.oldName === undefined && header.newName === undefined && header.change === "modify") {
    header.oldName = name;
    header.newName = name;
  }
  const lacksNew = header.newName === undefined && header.change !== "delete";
  const lacksOld = header.oldName === undefined && header.change !== "add";
  if (lacksNew || lacksOld) throw malformed("the header does not name the file", line);
  if (header.change === "modify" && header.oldName !== header.newName) {
    throw malformed("two names, and no line that says renamed or copied", line);
  }
  if (read === 0) throw malformed("nothing of a git diff follows its first line", line);
  return header;
}

type Rule = readonly [prefix: string, apply: (header: GitHeader, rest: string, line: number) => void];

const RULES: readonly Rule[] = [
  ["--- ", (header, rest, line) => checkName(header, "oldName", "add", rest, line)],
  ["+++ ", (header, rest, line) => checkName(header, "newName", "delete", rest, line)],
  ["old mode ", (header, rest, line) => (header.oldMode = mode(rest, line))],
  ["new mode ", (header, rest, line) => (header.newMode = mode(rest, line))],
  [
    "deleted file mode ",
    (header, rest, line) => {
      setChange(header, "delete", line);
      header.oldName = header.defaultName;
      header.oldMode = mode(rest, line);
    },
  ],
  [
    "new file mode ",
    (header, rest, line) => {
      setChange(header, "add", line);
      header.newName = header.defaultName;
      header.newMode = mode(rest, line);
    },
  ],
  ["copy from ", (header, rest, line) => moveName(header, "copy", "oldName", rest, line)],
  ["copy to ", (header, rest, line) => moveName(header, "copy", "newName", rest, line)],
  ["rename old ", (header, rest, line) => moveName(header, "rename", "oldName", rest, line)],
  ["rename new ", (header, rest, line) => moveName(header, "rename", "newName", rest, line)],
  ["rename from ", (header, rest, line) => moveName(header, "rename", "oldName", rest, line)],
  ["rename to ", (header, rest, line) => moveName(header, "rename", "newName", rest, line)],
  ["similarity index ", () => {}],
  ["dissimilarity index ", () => {}],
  ["index ", readIndex],
];

function setChange(header: GitHeader, change: FilePatch["change"], line: number): void {
  if (header.change !== "modify" && header.change !== change) {
    throw malformed(`the header says ${header.change} and ${change}`, line);
  }
  header.change = change;
}

function moveName(
  header: GitHeader,
  change: "copy" | "rename",
  side: "oldName" | "newName",
  rest: string,
  line: number,
): void {
  setChange(header, change, line);
  header[side] = headerName(rest, 0, false);
  if (header[side] === undefined) throw malformed("a name is missing", line);
}

/** A `---` or `+++` line must agree with what the header said before; `absentFor` is the change without that side. */
function checkName(
  header: GitHeader,
  side: "oldName" | "newName",
  absentFor: "add" | "delete",
  rest: string,
  line: number,
): void {
  const known = header[side];
  if (header.change === absentFor) {
    if (known !== undefined || !isDevNull(rest)) throw malformed("/dev/null was expected", line);
    return;
  }
  const name = headerName(rest, header.strip, true);
  if (name === undefined) throw malformed("a name is missing", line);
  if (known !== undefined && known !== name) throw malformed("the header gives two names to one side", line);
  header[side] = name;
}

function mode(rest: string, line: number): number {
  const digits = /^([0-7]{1,7})\s/.exec(rest)?.[1];
  if (digits === undefined) throw malformed("a file mode is not an octal number", line);
  return Number.parseInt(digits, 8);
}

function readIndex(header: GitHeader, rest: string, line: number): void {
  const parts = /^([^.\n]{0,40})\.\.([^ \n]{0,40})(?: (.*\n)|\n)/.exec(rest);
  if (parts === null) return;
  header.oldBlob = parts[1] ?? "";
  header.newBlob = (parts[2] ?? "").trimEnd();
  if (parts[3] !== undefined) header.oldMode = mode(parts[3], line);
}

/** Reads the `---` and `+++` lines of a diff without a git header. */
export function readTraditionalHeader(reader: LineReader): Header {
  const line = reader.number;
  const first = reader.next().slice(4);
  const second = reader.next().slice(4);
  const oldRaw = isDevNull(first) ? undefined : traditionalName(first);
  const newRaw = isDevNull(second) ? undefined : traditionalName(second);
  const strip = stripOf(oldRaw, newRaw);
  const oldName = oldRaw === undefined ? undefined : stripParts(oldRaw, strip);
  const newName = newRaw === undefined ? undefined : stripParts(newRaw, strip);
  if (isDevNull(first)) return { line, change: "add", newName: required(newName, line) };
  if (isDevNull(second)) return { line, change: "delete", oldName: required(oldName, line) };
  const shorter = (oldName?.length ?? 0) < (newName?.length ?? 0) ? oldName : newName;
  const isOne = oldName !== undefined && newName !== undefined && isVariation(oldName, newName);
  const name = required(isOne ? shorter : (newName ?? oldName), line);
  if (hasEpochTimestamp(first)) return { line, change: "add", newName: name };
  if (hasEpochTimestamp(second)) return { line, change: "delete", oldName: name };
  return { line, change: "modify-or-add", oldName: name, newName: name };
}

function required(name: string | undefined, line: number): string {
  if (name === undefined || name === "") throw malformed("no file name", line);
  return name;
}

function stripOf(oldRaw: string | undefined, newRaw: string | undefined): Strip {
  const last = newRaw ?? oldRaw ?? "";
  if (!last.includes("/")) return 0;
  if (hasPrefix(last)) return 1;
  return oldRaw === undefined || newRaw === undefined || isVariation(oldRaw, newRaw) ? 0 : 1;
}

/** Whether two names are one, such as "file" and "file.orig". */
function isVariation(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
