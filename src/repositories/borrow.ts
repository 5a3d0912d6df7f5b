import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { RepositoryError } from "../base/errors.ts";
import { createBareRepository, exists, temporaryFolder } from "./bare.ts";
import { git, runGit } from "./git.ts";
import { packedReferences, readReferences } from "./refs.ts";

/** Where the parts of a git repository on this machine are. */
export interface GitLocation {
  /** Holds HEAD. */
  readonly gitDirectory: string;
  /** Holds objects, references and config; the same folder but for linked work trees. */
  readonly commonDirectory: string;
}

/**
 * Finds the repository that `folder` is (not one that it lies in): a work tree, a linked work tree, a submodule, or a
 * bare repository.
 * @throws RepositoryError `repository-broken` when there is a `.git` that leads nowhere.
 */
export async function locateGit(folder: string): Promise<GitLocation | undefined> {
  const dotGit = path.join(folder, ".git");
  if (await isGitDirectory(folder)) return withCommon(folder);
  if (!(await exists(dotGit))) return undefined;
  if (await isGitDirectory(dotGit)) return withCommon(dotGit);
  const link = /^gitdir: (.+?)\s*$/s.exec(await readFile(dotGit, "utf8").catch(() => ""))?.[1];
  const linked = link === undefined ? undefined : path.resolve(folder, link);
  if (linked !== undefined && (await exists(path.join(linked, "HEAD")))) return withCommon(linked);
  throw new RepositoryError({
    code: "repository-broken",
    message: `${dotGit} is not a git repository`,
    hint: 'Clone it again, or remove ".git" to use the folder as it is.',
    fields: { folder },
  });
}

async function isGitDirectory(folder: string): Promise<boolean> {
  const parts = ["HEAD", "objects", "refs"].map((part) => exists(path.join(folder, part)));
  return (await Promise.all(parts)).every(Boolean);
}

async function withCommon(gitDirectory: string): Promise<GitLocation> {
  const common = await readFile(path.join(gitDirectory, "commondir"), "utf8").catch(() => "");
  return {
    gitDirectory,
    commonDirectory: common === "" ? gitDirectory : path.resolve(gitDirectory, common.trim()),
  };
}

/**
 * A repository of ours that borrows another's objects and copies its references: commits can be looked up and read,
 * while the other's configuration, hooks and filters are never seen by git.
 */
export interface Borrowed extends AsyncDisposable {
  readonly gitDirectory: string;
  readonly environment: Record<string, string>;
  readonly head: string | undefined;
  readonly originUrl: string | undefined;
  readonly shallow: boolean;
}

export async function borrowRepository(location: GitLocation, cache: string): Promise<Borrowed> {
  const temporary = await temporaryFolder(path.resolve(cache));
  try {
    const gitDirectory = path.join(temporary.path, "borrowed.git");
    const config = await readConfig(temporary.path, path.join(location.commonDirectory, "config"));
    requireSupportedFormat(location, config);
    const references = await readReferences(location.gitDirectory, location.commonDirectory);
    await createBareRepository(gitDirectory, references.head);
    await writeFile(path.join(gitDirectory, "packed-refs"), packedReferences(references));
    const objects = path.join(location.commonDirectory, "objects");
    return {
      gitDirectory,
      environment: { GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(objects) },
      head: references.head,
      originUrl: config.get("remote.origin.url"),
      shallow: await exists(path.join(location.commonDirectory, "shallow")),
      [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
    };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

/** The list of folders is split at `:` unless quoted, as git quotes file names. */
function quotePath(folder: string): string {
  return `"${folder.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/** The settings of one file as data: nothing that it includes is read, nothing that it names is run. */
async function readConfig(gitDirectory: string, file: string): Promise<Map<string, string>> {
  const result = await runGit(gitDirectory, ["config", "--file", file, "--no-includes", "--null", "--list"]);
  const settings = new Map<string, string>();
  for (const item of Buffer.from(result.stdout).toString("utf8").split("\0")) {
    const [name, value = ""] = item.split(/\n(.*)/s);
    if (name !== undefined && name !== "") settings.set(name, value);
  }
  return settings;
}

function requireSupportedFormat(location: GitLocation, config: ReadonlyMap<string, string>): void {
  const format = config.get("extensions.objectformat") ?? "sha1";
  const storage = config.get("extensions.refstorage") ?? "files";
  if (format.toLowerCase() === "sha1" && storage.toLowerCase().startsWith("files")) return;
  const what = format.toLowerCase() === "sha1" ? `${storage} references` : `${format} object ids`;
  throw new RepositoryError({
    code: "repository-format-unsupported",
    message: `${location.gitDirectory} is a repository with ${what}, which is not supported`,
    hint: "Give a clone with SHA-1 object ids and plain references, or the checked-out files as a plain folder.",
    fields: { gitDirectory: location.gitDirectory, format, storage },
  });
}

/** The commit that a revision (HEAD's when left out) names, and its tree. */
export async function resolveCommit(
  borrowed: Borrowed,
  source: string,
  revision: string | undefined,
): Promise<{ commit: string; tree: string }> {
  if (revision === undefined && borrowed.head === undefined) throw noCommits(source);
  const { gitDirectory, environment } = borrowed;
  const wanted = revision ?? borrowed.head ?? "HEAD";
  const result = await runGit(
    gitDirectory,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${wanted}^{commit}`],
    { environment },
  );
  const commit = Buffer.from(result.stdout).toString("latin1").trim();
  if (result.exitCode !== 0 || commit === "") throw commitNotFound(borrowed, source, revision);
  const tree = await git(gitDirectory, ["rev-parse", "--verify", `${commit}^{tree}`], { environment });
  return { commit, tree: Buffer.from(tree).toString("latin1").trim() };
}

function noCommits(source: string): RepositoryError {
  return new RepositoryError({
    code: "repository-empty",
    message: `${source} has no commits`,
    hint: "Commit something, or name a branch that has commits as the revision.",
    fields: { source },
  });
}

function commitNotFound(borrowed: Borrowed, source: string, revision: string | undefined): RepositoryError {
  if (revision === undefined) {
    return new RepositoryError({
      code: "repository-broken",
      message: `${source}: HEAD names ${borrowed.head}, which cannot be read`,
      hint: 'Check the repository with "git fsck"; a fresh clone usually helps.',
      fields: { source },
    });
  }
  return new RepositoryError({
    code: "commit-not-found",
    message: `${source} has no commit, tag or branch "${revision}"`,
    hint: borrowed.shallow
      ? 'This is a shallow clone: fetch the rest with "git fetch --unshallow", or name a commit that it has.'
      : 'Check the spelling, or fetch it first with "git fetch".',
    fields: { source, revision },
  });
}
