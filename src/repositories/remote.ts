import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { RepositoryError } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { RunResult } from "../base/process.ts";
import type { LeftOut } from "../repository.ts";
import { createBareRepository, exists, temporaryFolder } from "./bare.ts";
import { borrowRepository, resolveCommit } from "./borrow.ts";
import { gitMessage, runGit } from "./git.ts";
import { importCommitTree } from "./import.ts";
import type { Imported } from "./import.ts";
import { withoutCredentials } from "./names.ts";

export interface ImportedCommit extends Imported {
  readonly commit: string;
  readonly leftOut: readonly LeftOut[];
}

const ASK_MS = 120_000;
const FETCH_MS = 3_600_000;
const FULL_ID = /^[0-9a-f]{40}$/;

/**
 * Imports a commit from a git URL. Only the wanted commit is fetched where the server allows it, the clone is thrown
 * away, and a commit that was imported before needs no network at all when it is named by its full id.
 */
export async function importFromUrl(
  cache: string,
  url: string,
  revision: string | undefined,
): Promise<ImportedCommit> {
  const known = revision !== undefined && FULL_ID.test(revision) ? await recall(cache, revision) : undefined;
  if (known !== undefined) return known;
  await using temporary = await temporaryFolder(path.resolve(cache));
  const clone = path.join(temporary.path, "clone.git");
  await createBareRepository(clone);
  const wanted =
    revision !== undefined && FULL_ID.test(revision) ? revision : await askRemote(clone, url, revision);
  const again = wanted === undefined ? undefined : await recall(cache, wanted);
  if (again !== undefined) return again;
  await fetchCommit(clone, url, wanted);
  await using borrowed = await borrowRepository({ gitDirectory: clone, commonDirectory: clone }, cache);
  const { commit, tree } = await resolveCommit(borrowed, withoutCredentials(url), wanted ?? revision);
  const imported = { commit, ...(await importCommitTree(cache, borrowed, tree)) };
  await remember(cache, imported);
  return imported;
}

/** The commit that the remote's tip, branch or tag names; undefined for what only a full clone can tell. */
async function askRemote(
  clone: string,
  url: string,
  revision: string | undefined,
): Promise<string | undefined> {
  const patterns = revision === undefined ? ["HEAD"] : [revision, `${revision}^{}`];
  const result = await remoteGit(clone, ["ls-remote", "--", url, ...patterns], ASK_MS);
  if (result.exitCode !== 0) throw unreachable(url, result);
  const found = new Map<string, string>();
  for (const line of Buffer.from(result.stdout).toString("utf8").split("\n")) {
    const [id, name] = line.split("\t");
    if (id !== undefined && name !== undefined) found.set(name, id);
  }
  if (revision !== undefined) {
    const names = [`refs/tags/${revision}^{}`, `refs/tags/${revision}`, `refs/heads/${revision}`, revision];
    return names.map((name) => found.get(name)).find((id) => id !== undefined);
  }
  const head = found.get("HEAD");
  if (head !== undefined) return head;
  throw new RepositoryError({
    code: "repository-empty",
    message: `${withoutCredentials(url)} has no commits on its default branch`,
    hint: "Name a branch, tag or commit as the revision.",
    fields: { url: withoutCredentials(url) },
  });
}

const FETCH_OPTIONS = ["--no-tags", "--no-write-fetch-head", "--quiet", "--no-recurse-submodules"];

async function fetchCommit(clone: string, url: string, wanted: string | undefined): Promise<void> {
  if (wanted !== undefined) {
    const one = await remoteGit(clone, [
      "fetch",
      "--depth=1",
      ...FETCH_OPTIONS,
      "--",
      url,
      `${wanted}:refs/heads/wanted`,
    ]);
    if (one.exitCode === 0) return;
  }
  // Some servers hand out no single commits; a full fetch tells what was wrong where this is not the reason.
  await fetchAll(clone, url);
}

/** A clone with all branches and tags, in a folder of the cache that is gone with it. */
export async function cloneWhole(cache: string, url: string): Promise<{ path: string } & AsyncDisposable> {
  const temporary = await temporaryFolder(path.resolve(cache));
  try {
    const clone = path.join(temporary.path, "clone.git");
    await createBareRepository(clone);
    const head = await askRemote(clone, url, undefined);
    await fetchAll(clone, url);
    await writeFile(path.join(clone, "HEAD"), `${head}\n`);
    return { path: clone, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The commits that one comes from, without their files where the server can leave them out, in a folder of the cache
 * that is gone with it.
 */
export async function cloneCommits(
  cache: string,
  url: string,
  commit: string,
): Promise<{ path: string } & AsyncDisposable> {
  const temporary = await temporaryFolder(path.resolve(cache));
  try {
    const clone = path.join(temporary.path, "clone.git");
    await createBareRepository(clone);
    const wanted = `${commit}:refs/heads/wanted`;
    const one = await remoteGit(clone, ["fetch", NO_FILES, ...FETCH_OPTIONS, "--", url, wanted]);
    if (one.exitCode !== 0) await fetchAll(clone, url, [NO_FILES]);
    return { path: clone, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

const NO_FILES = "--filter=tree:0";

async function fetchAll(clone: string, url: string, options: readonly string[] = []): Promise<void> {
  const all = await remoteGit(clone, [
    "fetch",
    ...options,
    ...FETCH_OPTIONS,
    "--",
    url,
    "+refs/heads/*:refs/heads/*",
    "+refs/tags/*:refs/tags/*",
  ]);
  if (all.exitCode !== 0) throw unreachable(url, all);
}

// Settings of the connection that a user can only give by environment; none of them names a program.
const PASSED_ON = [
  "http_proxy",
  "https_proxy",
  "all_proxy",
  "no_proxy",
  "ssl_cert_file",
  "ssl_cert_dir",
  "git_ssl_cainfo",
  "ssh_auth_sock",
];

function remoteGit(clone: string, args: readonly string[], timeoutMs = FETCH_MS): Promise<RunResult> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && PASSED_ON.includes(name.toLowerCase())) environment[name] = value;
  }
  return runGit(clone, args, { environment, protocols: "remote", timeoutMs });
}

function unreachable(url: string, result: RunResult): RepositoryError {
  const shown = withoutCredentials(url);
  const refused = /authenticat|could not read (user|pass)|permission denied|\b40[13]\b|access denied/i.test(
    result.stderr,
  );
  return new RepositoryError({
    code: refused ? "url-unauthorised" : "url-unreachable",
    message: `Cannot fetch ${shown}: ${withoutCredentials(gitMessage(result)).replaceAll(url, shown)}`,
    hint: refused
      ? "Check the address (hosts ask for a password when there is no such repository); clone a private one yourself and give its folder."
      : "Check the address and the network; a local clone works without either.",
    fields: { url: shown },
  });
}

const recordSchema = z.object({
  tree: z.string(),
  leftOut: z.array(
    z.object({ path: z.string(), why: z.enum(["submodule", "lfs-pointer", "path-not-utf8"]) }),
  ),
});

async function recall(cache: string, commit: string): Promise<ImportedCommit | undefined> {
  const file = recordFile(cache, commit);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { tree, leftOut } = parseJson(text, recordSchema, file);
  const gitDirectory = path.join(path.resolve(cache), `${tree}.git`);
  return (await exists(gitDirectory)) ? { commit, tree, gitDirectory, leftOut } : undefined;
}

async function remember(cache: string, imported: ImportedCommit): Promise<void> {
  const file = recordFile(cache, imported.commit);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileDurably(file, JSON.stringify({ tree: imported.tree, leftOut: imported.leftOut }));
}

function recordFile(cache: string, commit: string): string {
  return path.join(path.resolve(cache), "commits", `${commit}.json`);
}
