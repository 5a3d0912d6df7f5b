import { HybridGymError } from "../base/errors.ts";
import { gitBlobId } from "../base/hash.ts";
import type { DiffApplication, DiffLimits, FilePatch } from "../diff.ts";
import type { FileChange, FileMode, FileState, Tree } from "../tree.ts";
import { overlayTree } from "../trees/overlay.ts";
import { comparePaths } from "../trees/paths.ts";
import { applyDelta } from "./binary.ts";
import { checkLinks } from "./links.ts";
import { parseFiles, RESULT_BYTES } from "./parse.ts";
import { DiffRefused, shown } from "./refused.ts";
import { applyHunks, limitedWork } from "./splice.ts";
import type { Work } from "./splice.ts";

const COMPARISONS = 200_000_000;

/**
 * Applies a diff to a tree, all of it or nothing, as `git apply --cached` would. Never throws because of the diff;
 * only when the tree itself cannot be read.
 *
 * Where it differs from git, on purpose. Accepted: see `parseDiff`, and hunks without context at exactly their place.
 * Refused: links that lead out of the tree; paths that some file system takes for `.git`; repeated slashes; a path
 * changed and also deleted or renamed away by another part of the same diff; "no newline" marks within a hunk, or on
 * context that is not the end of the file; a `diff --git` line that no header line follows; two names
 * without a rename or copy line; a broken quoted name; broken binary
 * data, where git applies what came before it and says nothing.
 */
export async function applyDiff(
  tree: Tree,
  bytes: Uint8Array,
  limits: DiffLimits = {},
): Promise<DiffApplication> {
  try {
    const changes = await applyFiles(tree, parseFiles(bytes, limits), limits);
    return { applied: true, changes };
  } catch (error) {
    if (error instanceof DiffRefused) return { applied: false, reason: error.reason, detail: error.message };
    throw error;
  }
}

interface Outcome {
  /** Octal number, as in the diff or the tree. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** What is known of a path while the parts of a diff are applied in order. */
type PathState = Outcome | "to-be-removed" | "removed";

interface Application {
  readonly tree: Tree;
  readonly paths: Map<string, PathState>;
  readonly work: Work;
  /** Takes from the allowance of bytes. */
  readonly take: (bytes: number) => void;
  readonly maxBytes: number;
}

async function applyFiles(
  tree: Tree,
  files: readonly FilePatch[],
  limits: DiffLimits,
): Promise<FileChange[]> {
  const maxBytes = limits.resultBytes ?? RESULT_BYTES;
  let bytesLeft = maxBytes;
  const application: Application = {
    tree,
    paths: new Map(),
    work: limitedWork(limits.comparisons ?? COMPARISONS),
    maxBytes,
    take(bytes) {
      bytesLeft -= bytes;
      if (bytesLeft < 0)
        throw new DiffRefused("diff-too-large", `the changed files have more than ${maxBytes} bytes`);
    },
  };
  for (const file of files) {
    if (file.oldPath !== undefined && removesOld(file)) application.paths.set(file.oldPath, "to-be-removed");
  }
  const written = new Map<string, Outcome | undefined>();
  const outcomes: { path: string; outcome: Outcome }[] = [];
  for (const file of files) {
    const outcome = await applyFile(application, file);
    if (file.oldPath !== undefined && removesOld(file)) written.set(file.oldPath, undefined);
    if (file.newPath !== undefined) outcomes.push({ path: file.newPath, outcome });
  }
  // Removals come first and creations second, whatever the order in the diff: two files may swap their names.
  for (const { path, outcome } of outcomes) written.set(path, outcome);
  return finish(tree, written);
}

function removesOld(file: FilePatch): boolean {
  return file.change === "delete" || file.change === "rename";
}

async function applyFile(application: Application, file: FilePatch): Promise<Outcome> {
  if ([file.oldMode, file.newMode].some((mode) => mode !== undefined && (mode & KIND) === SUBMODULE)) {
    throw new DiffRefused("diff-unsupported", `line ${file.line}: a submodule`);
  }
  const before = await findOld(application, file);
  const isNew = file.change === "add" || (file.change === "modify-or-add" && before === undefined);
  if (file.newPath !== undefined && (isNew || file.change === "rename" || file.change === "copy")) {
    requireFree(application, file.newPath);
  }
  const mode = newMode(file, before, isNew);
  const content = applyContent(application, file, before?.content ?? new Uint8Array());
  if (file.change === "delete" && content.byteLength > 0) {
    throw refusal(`${file.oldPath ?? ""} would be deleted, but the diff does not remove all of it`);
  }
  application.take(content.byteLength);
  const outcome = { mode, content };
  if (file.oldPath !== undefined && removesOld(file)) application.paths.set(file.oldPath, "removed");
  if (file.newPath !== undefined) application.paths.set(file.newPath, outcome);
  return outcome;
}

/** The file that a part of the diff starts from: what an earlier part made of it, or the tree's. */
async function findOld(application: Application, file: FilePatch): Promise<Outcome | undefined> {
  const { tree, paths } = application;
  const path = file.oldPath;
  if (path === undefined) return undefined;
  const state = paths.get(path);
  const ordered = file.change !== "rename" && file.change !== "copy";
  if (ordered && state === "removed")
    throw refusal(`${path} was renamed or deleted by an earlier part of the diff`);
  const changedBefore = ordered && state !== undefined && typeof state === "object";
  if (
    (changedBefore && file.change === "delete") ||
    (state === "to-be-removed" && file.change.startsWith("modify"))
  ) {
    throw new DiffRefused("diff-malformed", `line ${file.line}: ${shown(path)} is both changed and removed`);
  }
  if (changedBefore) return requireSameKind(path, file, state);
  const entry = tree.entry(path);
  if (entry === undefined) {
    refuseBehindLink(tree, path);
    if (file.change === "modify-or-add") return undefined;
    throw refusal(`${path} does not exist`);
  }
  const content = await tree.read(path);
  return requireSameKind(path, file, { mode: Number.parseInt(entry.mode, 8), content });
}

const KIND = 0o170000;
const SUBMODULE = 0o160000;

function requireSameKind(path: string, file: FilePatch, before: Outcome): Outcome {
  const said = file.oldMode ?? before.mode;
  const becomes = file.newMode ?? said;
  if ((said & KIND) !== (before.mode & KIND))
    throw refusal(`${path} is not the kind of file that the diff says`);
  if ((becomes & KIND) !== (said & KIND)) throw refusal(`${path} would become another kind of file`);
  return before;
}

/** A new file may take the place of one that the same diff removes, and of nothing else. */
function requireFree(application: Application, path: string): void {
  const state = application.paths.get(path);
  if (state === "removed" || state === "to-be-removed") return;
  if (application.tree.entry(path) !== undefined) throw refusal(`${path} exists already`);
}

/** Git reads nothing through a symbolic link, and neither do we. */
function refuseBehindLink(tree: Tree, path: string): void {
  for (const parent of foldersAbove(path)) {
    if (tree.entry(parent)?.mode !== "120000") continue;
    throw new DiffRefused(
      "symlink-out-of-tree",
      `${shown(path)} lies behind the symbolic link ${shown(parent)}`,
    );
  }
}

function newMode(file: FilePatch, before: Outcome | undefined, isNew: boolean): number {
  const mode = file.newMode ?? (isNew ? 0o100644 : (before?.mode ?? 0o100644));
  const kind = mode & KIND;
  if (kind === 0o100000 || kind === 0o120000) return mode;
  throw new DiffRefused(
    kind === 0 ? "diff-malformed" : "diff-unsupported",
    `line ${file.line}: the file mode ${mode.toString(8)} is neither a file nor a symbolic link`,
  );
}

function applyContent(application: Application, file: FilePatch, before: Uint8Array): Uint8Array {
  const path = file.newPath ?? file.oldPath ?? "";
  if (file.content.kind === "none") return before;
  if (file.content.kind === "text") return applyHunks(path, before, file.content.hunks, application.work);
  return applyBinary(application, file, path, before);
}

const FULL_ID = /^[0-9a-f]{40}$/;
const NO_BLOB = "0".repeat(40);

/** Binary data is bound to the contents that it leads from and to; both must be named in full and must match. */
function applyBinary(
  application: Application,
  file: FilePatch,
  path: string,
  before: Uint8Array,
): Uint8Array {
  const { oldBlob = "", newBlob = "" } = file;
  if (!FULL_ID.test(oldBlob) || !FULL_ID.test(newBlob)) {
    throw new DiffRefused("diff-unsupported", `${path}: a binary change without full object ids`);
  }
  const fits = file.oldPath === undefined ? before.byteLength === 0 : gitBlobId(before) === oldBlob;
  if (!fits) throw refusal(`${path} is not the binary file that the diff was made from`);
  if (newBlob === NO_BLOB) return new Uint8Array();
  const data = file.content.kind === "binary" ? file.content.data : undefined;
  if (data === undefined)
    throw new DiffRefused("diff-unsupported", `${path}: a binary change without its data`);
  const after = data.kind === "literal" ? data.bytes : applyDelta(before, data.bytes, application.maxBytes);
  if (after !== undefined && gitBlobId(after) === newBlob) return after;
  throw refusal(`${path}: the binary data does not give the content that the diff names`);
}

async function finish(tree: Tree, written: ReadonlyMap<string, Outcome | undefined>): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const [path, outcome] of written) {
    const entry = tree.entry(path);
    const after = outcome === undefined ? undefined : stateOf(outcome);
    if (entry !== undefined && after?.mode === entry.mode && gitBlobId(after.content) === entry.blob)
      continue;
    const before = entry === undefined ? undefined : { mode: entry.mode, content: await tree.read(path) };
    if (before === undefined && after === undefined) continue;
    changes.push({
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
  changes.sort((a, b) => comparePaths(a.path, b.path));
  const result = overlay(tree, changes);
  await checkLinks(tree, result, changes);
  return changes;
}

function stateOf({ mode, content }: Outcome): FileState {
  const regular: FileMode = (mode & 0o100) === 0 ? "100644" : "100755";
  return { mode: (mode & KIND) === 0o120000 ? "120000" : regular, content };
}

/** The tree after the changes; a path that would be a file and a folder at once does not apply. */
function overlay(tree: Tree, changes: readonly FileChange[]): Tree {
  refuseWritesThroughLinks(tree, changes);
  try {
    return overlayTree(tree, changes);
  } catch (error) {
    if (error instanceof HybridGymError && error.code === "path-conflict") throw refusal(error.message);
    throw error;
  }
}

/** From the top down. Slices of the path, not parts joined again: ten thousand deep paths are a second, not a minute. */
function* foldersAbove(path: string): Generator<string> {
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
    yield path.slice(0, slash);
}

function refuseWritesThroughLinks(tree: Tree, changes: readonly FileChange[]): void {
  const after = new Map(changes.map((change) => [change.path, change.after]));
  for (const { path, after: file } of changes) {
    if (file === undefined) continue;
    for (const parent of foldersAbove(path)) {
      const mode = after.has(parent) ? after.get(parent)?.mode : tree.entry(parent)?.mode;
      if (mode !== "120000") continue;
      throw new DiffRefused(
        "symlink-out-of-tree",
        `${shown(path)} would be written through the link ${shown(parent)}`,
      );
    }
  }
}

function refusal(detail: string): DiffRefused {
  return new DiffRefused("diff-does-not-apply", detail);
}
