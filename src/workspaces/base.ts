import { randomUUID } from "node:crypto";
import {
  chmodSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { deflateSync } from "node:zlib";
import { SandboxError, systemCode } from "../base/errors.ts";
import { describeWriteFailure } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { claimSharedFolder } from "../base/shared-folder.ts";
import { foldersOf, treeObjectsOf } from "../trees/folders.ts";
import { type GitObject, gitObject } from "../trees/objects.ts";
import type { Tree } from "../tree.ts";
import { ATTRIBUTES, CONFIG, START_DATE } from "./git-folder.ts";
import { writeTreeFiles } from "./tree-files.ts";

/**
 * The files of one tree, written once and shared, read-only, by every sandbox that starts from it or from an edit of it:
 * the tree's raw bytes, and a `.git` with loose objects of that tree, no commit, no ref, no index.
 */
export interface Base {
  readonly tree: Tree;
  /** The folder of the files; nobody writes there. */
  readonly files: string;
  /** Whether it is still there; cheap. */
  isPresent(): boolean;
}

export interface BaseOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Goes up when the layout below changes, so that older copies are not used. */
const LAYOUT = 1;
const MARKER = "ready";

const opening = new Map<string, Promise<Base>>();

/**
 * The base of a tree in a folder of bases, made if it is not there; any number of processes may ask at once.
 * The files belong to `owner`, the folders above them to us.
 * @throws SandboxError when the folder is not safe; EnvironmentError when the disk is full.
 */
export async function openBase(bases: string, tree: Tree, owner: BaseOwner): Promise<Base> {
  const key = sha256(`${LAYOUT} ${tree.id} ${owner.uid}`).slice(0, 32);
  const place = path.join(bases, key);
  const running = opening.get(place);
  if (running !== undefined) {
    const base = await running;
    if (base.isPresent()) return { ...base, tree };
  }
  const opened = open(bases, place, tree, owner);
  opening.set(place, opened);
  opened.catch(() => opening.delete(place));
  return opened;
}

async function open(bases: string, place: string, tree: Tree, owner: BaseOwner): Promise<Base> {
  const fault = claimSharedFolder(bases);
  if (fault !== undefined) throw unsafe(bases, fault);
  for (let attempt = 0; ; attempt++) {
    const base = describe(place, tree);
    if (base.isPresent() && (await isWhole(base))) return base;
    if (attempt === 3) throw unsafe(place, "it could not be made");
    putAside(bases, place);
    await build(bases, place, tree, owner);
  }
}

function describe(place: string, tree: Tree): Base {
  const marker = path.join(place, MARKER);
  return {
    tree,
    files: path.join(place, "files"),
    isPresent() {
      try {
        return readFileSync(marker, "latin1") === tree.id;
      } catch {
        return false;
      }
    },
  };
}

/** Cleaners of temporary folders delete file by file; a base with a hole would show agents a repository with a hole. */
async function isWhole(base: Base): Promise<boolean> {
  let count = 0;
  for (const entry of base.tree.entries) {
    const stats = lstatSync(path.join(base.files, entry.path), { throwIfNoEntry: false });
    const object = lstatSync(path.join(base.files, objectPath(entry.blob)), { throwIfNoEntry: false });
    if (stats?.size !== entry.size || object === undefined) return false;
    if (++count % 256 === 0) await nextTurn();
  }
  return true;
}

function unsafe(folder: string, why: string): SandboxError {
  return new SandboxError({
    code: "base-folder-unsafe",
    message: `Start states cannot be kept in ${folder}: ${why}`,
    hint: "Delete it, or name another folder.",
    fields: { folder },
  });
}

function putAside(bases: string, place: string): void {
  const aside = path.join(bases, `.${randomUUID()}`);
  try {
    renameSync(place, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw describeWriteFailure(error, place);
  }
  rmSync(aside, { recursive: true, force: true });
}

async function build(bases: string, place: string, tree: Tree, owner: BaseOwner): Promise<void> {
  const temporary = path.join(bases, `.${randomUUID()}`);
  const files = path.join(temporary, "files");
  try {
    mkdirSync(files, { recursive: true, mode: 0o755 });
    chmodSync(temporary, 0o755);
    await writeTreeFiles(tree, files);
    await writeObjects(tree, files);
    await settle(files, owner);
    writeFileSync(path.join(temporary, MARKER), tree.id, { mode: 0o644 });
    renameSync(temporary, place);
  } catch (error) {
    // Another process was quicker; its result is the same.
    if (systemCode(error) !== "ENOTEMPTY" && systemCode(error) !== "EEXIST")
      throw describeWriteFailure(error, temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeObjects(tree: Tree, files: string): Promise<void> {
  const own = path.join(files, ".git");
  for (const part of ["", "info", "objects/info", "objects/pack", "refs/heads", "refs/tags"])
    mkdirSync(path.join(own, part), { recursive: true });
  writeFileSync(path.join(own, "config"), CONFIG);
  writeFileSync(path.join(own, "info/attributes"), ATTRIBUTES);
  writeFileSync(path.join(own, "HEAD"), "ref: refs/heads/main\n");
  for (let byte = 0; byte < 256; byte++) {
    mkdirSync(path.join(own, "objects", byte.toString(16).padStart(2, "0")));
  }
  const blobs = new Map(tree.entries.map((entry) => [entry.blob, entry.path]));
  for (const file of blobs.values()) {
    writeObject(files, gitObject("blob", await tree.read(file)));
    await nextTurn();
  }
  for (const folder of treeObjectsOf(foldersOf(tree))) writeObject(files, folder);
}

function writeObject(files: string, object: GitObject): void {
  writeFileSync(path.join(files, objectPath(object.id)), looseBytes(object));
}

/** Where a loose object lies, from the repository's root. */
export function objectPath(id: string): string {
  return `.git/objects/${id.slice(0, 2)}/${id.slice(2)}`;
}

/** An object as git's loose files hold it. */
export function looseBytes(object: GitObject): Uint8Array {
  const header = Buffer.from(`${object.kind} ${object.data.byteLength}\0`);
  return deflateSync(Buffer.concat([header, object.data]), { level: 1 });
}

/** The final owner, modes and times of everything. */
async function settle(folder: string, owner: BaseOwner): Promise<void> {
  const visit = async (place: string, inGit: boolean): Promise<void> => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const file = path.join(place, entry.name);
      if (entry.isDirectory()) await visit(file, inGit || file === path.join(folder, ".git"));
      else if (inGit) chmodSync(file, file.includes("/.git/objects/") ? 0o444 : 0o644);
      finish(file);
    }
    chmodSync(place, 0o755);
    await nextTurn();
  };
  const change = owner.uid !== process.geteuid?.();
  const finish = (file: string) => {
    if (change) lchownSync(file, owner.uid, owner.gid);
    lutimesSync(file, START_DATE, START_DATE);
  };
  await visit(folder, false);
  finish(folder);
}
