import { isUtf8 } from "node:buffer";
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gitBlobId } from "../../base/hash.ts";
import { SandboxLimitError } from "../../sandbox.ts";
import type { FileChange, FileState, Tree, TreeEntry } from "../../tree.ts";
import { isGitFolder } from "../../trees/paths.ts";
import { MAX_PATH_BYTES, MAX_PATH_LEVELS, MAX_SEEN_ENTRIES } from "./limits.ts";
import { type IsIgnored, readIgnoreRules } from "./ignore-rules.ts";

export interface ChangeCaps {
  /** Bytes of all new and changed files together, and of new paths as often as a diff says them. */
  readonly maxChangedBytes: number;
  /** Files and folders that the start state neither has nor ignores. */
  readonly maxNewEntries: number;
}

/**
 * How a folder that strangers wrote differs from the tree it started as. The folder is data: nothing in it is run
 * or believed (no git, no link followed, no time or size taken for content). Left out: devices, pipes and sockets, anything
 * with a `.git` part, names that are not UTF-8, and new files that the start state ignores.
 * Rights that were taken from its owner are given back on the way. No process may be changing the folder. @throws SandboxLimitError past a cap.
 *
 * @param written for an overlay: the folder of its upper layer, in which everything lies that was written; what is in `root`
 * and not there is taken to be as it was, unread.
 */
export async function changedFiles(
  root: string,
  start: Tree,
  caps: ChangeCaps,
  written?: string,
): Promise<FileChange[]> {
  const walk = new Walk(start, await readIgnoreRules(start), caps);
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() === true) {
    await walk.folder(Buffer.from(root), "", false, written === undefined ? undefined : Buffer.from(written));
  }
  const changes: FileChange[] = [];
  for (const [path, after] of walk.changed) {
    const before = start.entry(path);
    changes.push({ path, ...(before === undefined ? {} : { before: await stateOf(start, before) }), after });
  }
  for (const entry of start.entries) {
    if (!walk.isPresent(entry.path)) changes.push({ path: entry.path, before: await stateOf(start, entry) });
  }
  return changes.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function stateOf(tree: Tree, entry: TreeEntry): Promise<FileState> {
  return { mode: entry.mode, content: await tree.read(entry.path) };
}

class Walk {
  readonly changed = new Map<string, FileState>();
  /** Paths of the start state that are still files. */
  readonly #seen = new Set<string>();
  /** Folders in which nothing was written. */
  readonly #untouched = new Set<string>();
  readonly #start: Tree;
  readonly #isIgnored: IsIgnored;
  readonly #caps: ChangeCaps;
  readonly #startFolders: ReadonlySet<string>;
  readonly #maxSeen: number;
  #seenEntries = 0;
  #newEntries = 0;
  #bytes = 0;

  constructor(start: Tree, isIgnored: IsIgnored, caps: ChangeCaps) {
    this.#start = start;
    this.#isIgnored = isIgnored;
    this.#caps = caps;
    this.#startFolders = foldersOf(start);
    this.#maxSeen = start.entries.length + this.#startFolders.size + MAX_SEEN_ENTRIES;
  }

  /** Whether a path of the start state is still a file. */
  isPresent(path: string): boolean {
    if (this.#seen.has(path)) return true;
    if (this.#untouched.size === 0) return false;
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      if (this.#untouched.has(path.slice(0, end))) return true;
    }
    return false;
  }

  /** @param ignored the start state's rules leave out what is new in here. */
  async folder(folder: Buffer, prefix: string, ignored: boolean, written?: Buffer): Promise<void> {
    if (prefix.split("/").length > MAX_PATH_LEVELS) throw tooMuch("levels of folders", MAX_PATH_LEVELS);
    if ((lstatSync(folder).mode & 0o500) !== 0o500) chmodSync(folder, 0o700);
    const names = readdirSync(folder, { encoding: "buffer" });
    const isWritten = written === undefined ? undefined : namesIn(written);
    for (const name of names) {
      if (++this.#seenEntries > this.#maxSeen) throw tooMuch("files", MAX_SEEN_ENTRIES);
      if (this.#seenEntries % 128 === 0) await nextTurn();
      if (!isUtf8(name)) continue;
      const path = prefix + name.toString("utf8");
      if (isGitFolder(name.toString("utf8"))) continue;
      if (isWritten?.has(name.toString("latin1")) === false && this.#leaveAlone(path)) continue;
      const file = Buffer.concat([folder, SLASH, name]);
      const stats = lstatSync(file);
      if (stats.isDirectory()) {
        const skip = ignored || this.#isIgnored(path, "folder");
        const isNew = !this.#startFolders.has(path);
        if (skip && isNew) continue;
        if (isNew) this.#countNew(path);
        await this.folder(file, `${path}/`, skip, written && Buffer.concat([written, SLASH, name]));
      } else {
        this.#file(file, path, stats, ignored);
      }
    }
  }

  #leaveAlone(path: string): boolean {
    if (this.#start.entry(path) !== undefined) this.#seen.add(path);
    else if (this.#startFolders.has(path)) this.#untouched.add(path);
    else return false;
    return true;
  }

  #file(file: Buffer, path: string, stats: Stats, ignored: boolean): void {
    if (!stats.isFile() && !stats.isSymbolicLink()) return;
    const before = this.#start.entry(path);
    if (before === undefined && (ignored || this.#isIgnored(path, "file"))) return;
    if (before === undefined) this.#countNew(path);
    else this.#seen.add(path);
    const sameSize = before?.size === stats.size;
    if (!sameSize) this.#count(stats.size);
    const state = readState(file, stats);
    if (before?.mode === state.mode && sameSize && gitBlobId(state.content) === before.blob) return;
    if (sameSize) this.#count(stats.size);
    this.changed.set(path, state);
  }

  #countNew(path: string): void {
    if (++this.#newEntries > this.#caps.maxNewEntries) throw tooMuch("files", this.#caps.maxNewEntries);
    const bytes = Buffer.byteLength(path);
    if (bytes > MAX_PATH_BYTES) throw tooMuch("bytes of a path", MAX_PATH_BYTES);
    // A diff says each path four times: many long ones are a flood without any content.
    this.#count(4 * bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#caps.maxChangedBytes) throw tooMuch("bytes", this.#caps.maxChangedBytes);
  }
}

const SLASH = Buffer.from("/");

/** The names in a folder of the upper layer, each byte a character; none where nothing was written. */
function namesIn(folder: Buffer): ReadonlySet<string> {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return new Set();
  return new Set(readdirSync(folder, { encoding: "latin1" }));
}

function foldersOf(tree: Tree): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of tree.entries) {
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1))
      folders.add(path.slice(0, end));
  }
  return folders;
}

function readState(file: Buffer, stats: Stats): FileState {
  if (stats.isSymbolicLink()) {
    return { mode: "120000", content: new Uint8Array(readlinkSync(file, { encoding: "buffer" })) };
  }
  if ((stats.mode & 0o400) === 0) chmodSync(file, 0o600);
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(handle).isFile()) throw new Error("a file changed its kind while it was read");
    const mode = (stats.mode & 0o100) === 0 ? "100644" : "100755";
    return { mode, content: new Uint8Array(readFileSync(handle)) };
  } finally {
    closeSync(handle);
  }
}

function tooMuch(
  unit: "bytes" | "files" | "levels of folders" | "bytes of a path",
  limit: number,
): SandboxLimitError {
  return new SandboxLimitError({
    code: "changes-too-large",
    message: `More than ${limit} ${unit} were written`,
    hint: "Delete what does not belong to the change before the end.",
    fields: { unit, limit },
  });
}
