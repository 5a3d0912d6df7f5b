import { z } from "zod";

/**
 * A tree is an immutable set of files, as git knows it. Paths are relative, `/`-separated and valid
 * UTF-8; content is bytes. A change set says how one tree becomes another.
 */
export type FileMode = "100644" | "100755" | "120000";

export interface TreeEntry {
  readonly path: string;
  readonly mode: FileMode;
  /** Git's object id of the content. */
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
}

export interface Tree {
  /** Git's object id of the whole tree. */
  readonly id: string;
  /** All files, sorted by path as git sorts (bytes). */
  readonly entries: readonly TreeEntry[];
  entry(path: string): TreeEntry | undefined;
  /** The content of one file (of a symbolic link: its target). @throws TaskError when there is no such file. */
  read(path: string): Promise<Uint8Array>;
}

export interface FileState {
  readonly mode: FileMode;
  readonly content: Uint8Array;
}

/** One file that differs: added (no `before`), deleted (no `after`), or changed in content or mode. */
export interface FileChange {
  readonly path: string;
  readonly before?: FileState;
  readonly after?: FileState;
}

/** Replaces bytes `start` (inclusive) to `end` (exclusive) of a file. Not UTF-8? Then `base64` instead of `text`. */
export const replacementSchema = z.union([
  z.strictObject({ start: z.int().nonnegative(), end: z.int().nonnegative(), text: z.string() }),
  z.strictObject({ start: z.int().nonnegative(), end: z.int().nonnegative(), base64: z.base64() }),
]);
export type Replacement = z.infer<typeof replacementSchema>;

/** Edits of one existing file, as data: how a start state or a reference solution is stored. */
export const fileEditSchema = z.strictObject({
  path: z.string().min(1),
  /** Git's blob id of the content that the offsets refer to; another content is refused. */
  blob: z.string(),
  /** In order, not overlapping; offsets refer to the content before any of them. */
  replacements: z.array(replacementSchema).min(1),
});
export type FileEdit = z.infer<typeof fileEditSchema>;
