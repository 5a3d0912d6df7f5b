import { stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { RepositoryError } from "../base/errors.ts";
import type { RepositoryReference } from "../instance.ts";
import type { LeftOut, OpenRepositoryOptions, Repository } from "../repository.ts";
import { openGitTree } from "../trees/git-tree.ts";
import { gitObject, writeLooseObject } from "../trees/objects.ts";
import type { Tree } from "../tree.ts";
import { borrowRepository, locateGit, resolveCommit } from "./borrow.ts";
import type { Borrowed, GitLocation } from "./borrow.ts";
import { FOLDER_RULE, readFolder } from "./folder.ts";
import { importCommitTree, importFiles } from "./import.ts";
import type { Imported } from "./import.ts";
import { isRemoteUrl, nameFromFolder, nameFromUrl, withoutCredentials } from "./names.ts";
import { importFromUrl } from "./remote.ts";

/**
 * Opens a repository at a commit, or a plain folder as it is, as an immutable tree in a bare repository of ours.
 * Uncommitted changes of a work tree take no part.
 *
 * @throws RepositoryError `path-missing`, `not-a-repository`, `folder-empty`, `folder-unreadable`,
 * `repository-empty`, `commit-not-found`, `repository-broken`, `repository-format-unsupported`, `object-missing`,
 * `content-changed`, `unsafe-path`, `url-unreachable`, `url-unauthorised`, `url-unsupported`;
 * EnvironmentError `program-missing` without git.
 */
export async function openRepository(options: OpenRepositoryOptions): Promise<Repository> {
  const { source } = options;
  if (isRemoteUrl(source)) return openUrl(options);
  const folder = await requireFolder(source);
  const location = await locateGit(folder);
  return location === undefined ? openFolder(options, folder) : openLocal(options, folder, location);
}

interface Opened extends Imported {
  readonly reference: Omit<RepositoryReference, "tree">;
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly string[];
}

async function finish(opened: Opened): Promise<Repository> {
  const tree = await openGitTree(opened.gitDirectory, opened.tree);
  try {
    return {
      reference: { ...opened.reference, tree: opened.tree },
      tree,
      leftOut: [...opened.leftOut, ...(await lfsPointers(tree))],
      notes: opened.notes,
      gitDirectory: opened.gitDirectory,
      [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose](),
    };
  } catch (error) {
    await tree[Symbol.asyncDispose]();
    throw error;
  }
}

async function openUrl(options: OpenRepositoryOptions): Promise<Repository> {
  const { cache, source, revision } = options;
  const imported = await importFromUrl(cache, source, revision);
  const name = options.name ?? nameFromUrl(source) ?? "repository";
  const url = withoutCredentials(source);
  return finish({ ...imported, reference: { name, url, commit: imported.commit }, notes: [] });
}

async function openLocal(
  options: OpenRepositoryOptions,
  folder: string,
  location: GitLocation,
): Promise<Repository> {
  await using borrowed = await borrowRepository(location, options.cache);
  return await openCommit(options, folder, location, borrowed);
}

/** Opens a commit of a repository whose objects are borrowed already; `folder` is where that repository is. */
export async function openCommit(
  options: OpenRepositoryOptions,
  folder: string,
  location: GitLocation,
  borrowed: Borrowed,
): Promise<Repository> {
  const { commit, tree } = await resolveCommit(borrowed, folder, options.revision);
  const imported = await importCommitTree(options.cache, borrowed, tree);
  // A clone of ours has no origin: it was made from the source.
  const origin = isRemoteUrl(options.source) ? options.source : borrowed.originUrl;
  const name =
    options.name ?? (origin === undefined ? undefined : nameFromUrl(origin)) ?? nameFromFolder(folder);
  const url = origin !== undefined && isRemoteUrl(origin) ? { url: withoutCredentials(origin) } : {};
  const hasWorkTree = location.gitDirectory !== folder && !isRemoteUrl(options.source);
  return finish({
    ...imported,
    reference: { name, ...url, commit },
    notes: hasWorkTree
      ? [`${folder}: commit ${commit.slice(0, 12)} is used; changes that are not committed are ignored`]
      : [],
  });
}

async function openFolder(options: OpenRepositoryOptions, folder: string): Promise<Repository> {
  if (options.revision !== undefined) {
    throw new RepositoryError({
      code: "commit-not-found",
      message: `${folder} is a plain folder and has no revision "${options.revision}"`,
      hint: "Leave the revision out, or give a git repository.",
      fields: { source: folder, revision: options.revision },
    });
  }
  const { files, leftOut } = await readFolder(folder);
  if (files.length === 0) {
    throw new RepositoryError({
      code: "folder-empty",
      message: `${folder} is neither a git repository nor a folder with files`,
      hint: "Check the path.",
      fields: { source: folder },
    });
  }
  const imported = await importFiles(options.cache, files);
  const commit = await commitFolder(imported);
  const name = options.name ?? nameFromFolder(folder);
  return finish({
    ...imported,
    leftOut,
    reference: { name, commit },
    notes: [`${folder}: a plain folder, used as it is; ${FOLDER_RULE}`],
  });
}

/** A folder has no commit; it gets one that depends on nothing but its tree. */
async function commitFolder({ tree, gitDirectory }: Imported): Promise<string> {
  const author = "Hybrid-Gym <hybrid-gym@localhost> 946684800 +0000";
  const text = `tree ${tree}\nauthor ${author}\ncommitter ${author}\n\nFolder as it is\n`;
  const commit = gitObject("commit", Buffer.from(text));
  await writeLooseObject(gitDirectory, commit);
  return commit.id;
}

export async function requireFolder(source: string): Promise<string> {
  if (/^[a-z][a-z0-9+.-]*:(\/\/|:)/i.test(source) && !source.startsWith("file://")) {
    throw new RepositoryError({
      code: "url-unsupported",
      message: `${withoutCredentials(source)}: this kind of URL is not supported`,
      hint: "Use https, http, ssh or git, or the path of a local repository.",
      fields: { source: withoutCredentials(source) },
    });
  }
  const folder = path.resolve(source.startsWith("file://") ? fileURLToPath(source) : source);
  const status = await stat(folder).catch(() => undefined);
  if (status?.isDirectory() === true) return folder;
  throw new RepositoryError({
    code: status === undefined ? "path-missing" : "not-a-repository",
    message:
      status === undefined
        ? `There is no folder ${folder}`
        : `${folder} is a file, not a repository or folder`,
    hint: "Give a git repository, a folder with source files, or a git URL.",
    fields: { source: folder },
  });
}

const LFS_MARK = "version https://git-lfs.github.com/spec/";

/** A pointer of Git LFS is a text of less than 1024 bytes that begins with its mark. */
async function lfsPointers(tree: Tree): Promise<LeftOut[]> {
  const small = tree.entries.filter(
    (entry) => entry.size > LFS_MARK.length && entry.size < 1024 && entry.mode !== "120000",
  );
  const found = await Promise.all(
    small.map(
      async ({ path }) =>
        Buffer.from(await tree.read(path)).toString("latin1", 0, LFS_MARK.length) === LFS_MARK,
    ),
  );
  return small.filter((_, index) => found[index]).map(({ path }) => ({ path, why: "lfs-pointer" }));
}
