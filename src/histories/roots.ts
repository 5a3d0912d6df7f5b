import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeFileDurably } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import { borrowRepository, locateGit } from "../repositories/borrow.ts";
import { git } from "../repositories/git.ts";
import { isRemoteUrl } from "../repositories/names.ts";
import { requireFolder } from "../repositories/open.ts";
import { cloneCommits } from "../repositories/remote.ts";
import type { OpenRepositoryOptions } from "../repository.ts";

/**
 * The commits without a parent that a source's commit comes from, sorted: forks share them. None in a plain folder and
 * in a shallow clone, where nobody knows. Of a URL the commits alone are fetched, once for each commit.
 *
 * @throws RepositoryError `repository-broken` when the history has a hole, and what `openRepository` throws.
 */
export async function findRoots(
  { source, cache }: Pick<OpenRepositoryOptions, "source" | "cache">,
  commit: string,
): Promise<readonly string[]> {
  if (isRemoteUrl(source)) return findRemoteRoots(cache, source, commit);
  const location = await locateGit(await requireFolder(source));
  if (location === undefined) return [];
  await using borrowed = await borrowRepository(location, cache);
  return borrowed.shallow ? [] : await listRoots(borrowed.gitDirectory, commit, borrowed.environment);
}

const rootsSchema = z.array(z.string());

async function findRemoteRoots(cache: string, url: string, commit: string): Promise<readonly string[]> {
  const file = path.join(path.resolve(cache), "roots", `${commit}.json`);
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known !== undefined) return parseJson(known, rootsSchema, file);
  await using clone = await cloneCommits(cache, url, commit);
  const roots = await listRoots(clone.path, commit, {});
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileDurably(file, JSON.stringify(roots));
  return roots;
}

async function listRoots(
  gitDirectory: string,
  commit: string,
  environment: Record<string, string>,
): Promise<string[]> {
  const args = ["rev-list", "--max-parents=0", "--end-of-options", commit];
  const output = await git(gitDirectory, args, { environment });
  return Buffer.from(output).toString("latin1").trim().split("\n").sort();
}
