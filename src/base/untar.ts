import { BLOCK } from "./tar.ts";

/** A plain file of an archive, and where in the archive its content is. */
export interface TarEntry {
  readonly path: string;
  readonly content: Buffer;
}

/** A member of any kind, by its type flag; the content of a link is its target. */
export interface UntarredMember extends TarEntry {
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
}

/** The plain files of an archive; see `untarMembers`. */
export function* untar(bytes: Buffer): Generator<TarEntry> {
  for (const { type, path, content } of untarMembers(bytes)) if (type === "0") yield { path, content };
}

/**
 * The members of an archive as `tarOf` writes it, or of a part of one that begins at a member; it ends with the bytes or at an
 * empty block. @throws RangeError where a member's header is not one.
 */
export function* untarMembers(bytes: Buffer): Generator<UntarredMember> {
  const long: { L?: string; K?: string } = {};
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const size = octalAt(header, 124, 12);
    if (sumOf(header) !== octalAt(header, 148, 8))
      throw new RangeError(`no member of an archive at byte ${at}`);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new RangeError(`the archive ends within the member at byte ${at}`);
    const type = textAt(header, 156, 1);
    if (type === "L" || type === "K") long[type] = textAt(content, 0, size);
    else {
      const path = long.L ?? textAt(header, 0, 100);
      const target = type === "2" ? Buffer.from(long.K ?? textAt(header, 157, 100)) : content;
      yield { type, path, mode: octalAt(header, 100, 8), content: target };
      delete long.L;
      delete long.K;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The sum of a header's bytes, with spaces where the sum stands. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function octalAt(bytes: Buffer, at: number, length: number): number {
  return Number.parseInt(textAt(bytes, at, length).trim(), 8);
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const text = bytes.subarray(at, at + length);
  const end = text.indexOf(0);
  return text.toString("utf8", 0, end < 0 ? length : end);
}
