import { TaskError } from "../base/errors.ts";
import { gitBlobId } from "../base/hash.ts";
import type { FileChange, FileEdit, Replacement, Tree } from "../tree.ts";

/**
 * What stored edits change in a tree; an edit that changes nothing is left out.
 * @throws TaskError `edit-does-not-fit` when a file is missing or has another content than the edit was made for, or
 * when replacements overlap or reach beyond the file.
 */
export async function applyFileEdits(tree: Tree, edits: readonly FileEdit[]): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  const seen = new Set<string>();
  for (const edit of edits) {
    if (seen.has(edit.path)) throw misfit(edit.path, "is edited twice");
    seen.add(edit.path);
    const entry = tree.entry(edit.path);
    if (entry === undefined) throw misfit(edit.path, "does not exist");
    if (entry.blob !== edit.blob) throw misfit(edit.path, `is blob ${entry.blob}, not ${edit.blob}`);
    const before = await tree.read(edit.path);
    const after = replaceAll(edit.path, before, edit.replacements);
    if (Buffer.compare(before, after) === 0) continue;
    changes.push({
      path: edit.path,
      before: { mode: entry.mode, content: before },
      after: { mode: entry.mode, content: after },
    });
  }
  return changes;
}

function replaceAll(path: string, content: Uint8Array, replacements: readonly Replacement[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let position = 0;
  for (const replacement of replacements) {
    const { start, end } = replacement;
    if (start < position || end < start)
      throw misfit(path, "has replacements that overlap or are out of order");
    if (end > content.byteLength)
      throw misfit(path, `has ${content.byteLength} bytes and a replacement up to ${end}`);
    pieces.push(content.subarray(position, start), insertedBytes(replacement));
    position = end;
  }
  pieces.push(content.subarray(position));
  return Buffer.concat(pieces);
}

function insertedBytes(replacement: Replacement): Uint8Array {
  return "text" in replacement ? Buffer.from(replacement.text) : Buffer.from(replacement.base64, "base64");
}

function misfit(path: string, why: string): TaskError {
  return new TaskError({
    code: "edit-does-not-fit",
    message: `An edit of ${path} does not fit the tree: the file ${why}`,
    hint: "Check that the instance belongs to this repository and commit.",
    fields: { path },
  });
}

/**
 * The edit that turns one content of a file into another: the smallest single replacement that does not cut a
 * UTF-8 character.
 * @throws RangeError when the contents are equal.
 */
export function fileEditOf(path: string, before: Uint8Array, after: Uint8Array): FileEdit {
  const shorter = Math.min(before.byteLength, after.byteLength);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (start === before.byteLength && start === after.byteLength) {
    throw new RangeError(`nothing changes in ${path}`);
  }
  let tail = 0;
  while (
    tail < shorter - start &&
    before[before.byteLength - 1 - tail] === after[after.byteLength - 1 - tail]
  )
    tail++;
  while (start > 0 && (continues(before[start]) || continues(after[start]))) start--;
  while (
    tail > 0 &&
    (continues(before[before.byteLength - tail]) || continues(after[after.byteLength - tail]))
  )
    tail--;
  const end = before.byteLength - tail;
  const inserted = after.subarray(start, after.byteLength - tail);
  return { path, blob: gitBlobId(before), replacements: [{ start, end, ...asText(inserted) }] };
}

/** Whether a byte is inside a UTF-8 character, not at its start. */
function continues(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function asText(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString("base64") };
  }
}
