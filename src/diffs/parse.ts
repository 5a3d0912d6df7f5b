import type { DiffLimits, DiffProblem, FilePatch, Hunk, ParsedDiff } from "../diff.ts";
import { pathProblem } from "../trees/paths.ts";
import { readBinaryPatch } from "./binary.ts";
import { readGitHeader, readTraditionalHeader } from "./headers.ts";
import type { Header } from "./headers.ts";
import { isHunkHeader, readHunk } from "./hunks.ts";
import { readLinesOf } from "./lines.ts";
import type { LineReader } from "./lines.ts";
import { DiffRefused, malformed, shown } from "./refused.ts";

export const DIFF_BYTES = 10_000_000;
export const RESULT_BYTES = 100_000_000;

/**
 * Reads a diff as `git apply` does: text around the diffs is skipped, hunks are read by their counts. Paths are
 * checked here, so a parsed diff names no place outside the tree. Never throws.
 *
 * Beyond git: the newline at the very end may be missing, and names without `a/` and `b/` are understood.
 */
export function parseDiff(bytes: Uint8Array, limits: DiffLimits = {}): ParsedDiff | DiffProblem {
  try {
    return { files: parseFiles(bytes, limits) };
  } catch (error) {
    if (error instanceof DiffRefused) return { reason: error.reason, detail: error.message };
    throw error;
  }
}

/** @throws DiffRefused */
export function parseFiles(bytes: Uint8Array, limits: DiffLimits): FilePatch[] {
  const limit = limits.diffBytes ?? DIFF_BYTES;
  if (bytes.byteLength > limit) {
    throw new DiffRefused("diff-too-large", `the diff has ${bytes.byteLength} bytes, the limit is ${limit}`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const reader = readLinesOf(text.endsWith("\n") ? text : `${text}\n`);
  const files: FilePatch[] = [];
  for (;;) {
    const header = findHeader(reader);
    if (header === undefined) break;
    files.push(readFile(reader, header, limits.resultBytes ?? RESULT_BYTES));
  }
  if (files.length === 0 && text.trim() !== "") throw malformed("there is no diff in this text", 1);
  return files;
}

function findHeader(reader: LineReader): Header | undefined {
  for (let line = reader.peek(); line !== ""; line = reader.peek()) {
    if (isHunkHeader(line)) throw malformed("a hunk without a file header", reader.number);
    if (line.startsWith("diff --git ")) {
      return readGitHeader(reader);
    } else if (
      line.startsWith("--- ") &&
      reader.peekSecond().startsWith("+++ ") &&
      reader.peekThird().startsWith("@@ -")
    ) {
      return readTraditionalHeader(reader);
    } else {
      reader.next();
    }
  }
  return undefined;
}

function readFile(reader: LineReader, header: Header, maxBytes: number): FilePatch {
  const content = readContent(reader, header, maxBytes);
  const { line, oldName, newName, change: _change, ...modesAndBlobs } = header;
  return {
    line,
    change: changeOf(header, content),
    ...(oldName === undefined ? {} : { oldPath: pathOf(oldName, line) }),
    ...(newName === undefined ? {} : { newPath: pathOf(newName, line) }),
    ...modesAndBlobs,
    content,
  };
}

function readContent(reader: LineReader, header: Header, maxBytes: number): FilePatch["content"] {
  const hunks: Hunk[] = [];
  while (reader.peek().startsWith("@@ -")) hunks.push(readHunk(reader));
  if (hunks.length > 0) return { kind: "text", hunks: checkHunks(header, hunks) };
  if (reader.peek() === "GIT binary patch\n") {
    reader.next();
    return { kind: "binary", data: readBinaryPatch(reader, maxBytes) };
  }
  if (/^(Binary files|Files) .* differ\n$/s.test(reader.peek())) {
    reader.next();
    return { kind: "binary" };
  }
  const modeChange =
    header.oldMode !== undefined && header.newMode !== undefined && header.oldMode !== header.newMode;
  if (header.change === "modify" && !modeChange)
    throw malformed("the header of a change without a change", header.line);
  return { kind: "none" };
}

function checkHunks(header: Header, hunks: readonly Hunk[]): readonly Hunk[] {
  for (const hunk of hunks) {
    if (header.change === "add" && hunk.oldLines.length > 0) {
      throw malformed("a new file depends on old content", hunk.line);
    }
    if (header.change === "delete" && hunk.newLines.length > 0) {
      throw malformed("a deleted file still has content", hunk.line);
    }
  }
  return hunks;
}

/** Without a git header, only a single hunk that adds lines and nothing else can be a new file. */
function changeOf(header: Header, content: FilePatch["content"]): FilePatch["change"] {
  if (header.change !== "modify-or-add") return header.change;
  const hunks = content.kind === "text" ? content.hunks : [];
  return hunks.length === 1 && hunks[0]?.oldLines.length === 0 ? "modify-or-add" : "modify";
}

/** Bytes, as file systems have it (PATH_MAX), and folders: a path of megabytes or of thousands of folders is a way to stall a grader. */
const LONGEST_PATH = 4096;
const DEEPEST_PATH = 256;

function pathOf(raw: string, line: number): string {
  if (raw.length > LONGEST_PATH || raw.split("/", DEEPEST_PATH + 1).length > DEEPEST_PATH) {
    throw new DiffRefused("diff-unsupported", `line ${line}: a path of ${raw.length} bytes`);
  }
  const path = decodeName(raw, line);
  const problem = pathProblem(path);
  if (problem === undefined) return path;
  throw new DiffRefused(
    problem === "outside-tree" ? "diff-outside-tree" : "diff-touches-git",
    `line ${line}: the path ${shown(path)}`,
  );
}

function decodeName(raw: string, line: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(raw, "latin1"));
  } catch {
    throw new DiffRefused("diff-unsupported", `line ${line}: the file name ${shown(raw)} is not UTF-8`);
  }
}
