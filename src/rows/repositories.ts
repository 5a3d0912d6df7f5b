import { existsSync } from "node:fs";
import path from "node:path";
import { HybridGymError, messageOf } from "../base/errors.ts";
import { openRepository } from "../repositories/open.ts";
import { locateGit } from "../repositories/borrow.ts";
import type { Repository } from "../repository.ts";
import { RowError } from "../row.ts";
import type { Tree } from "../tree.ts";
import { workspaceName } from "../workspaces/name.ts";

/** Open repositories are kept, each with its git process; the oldest is closed when there are more than this. */
const KEPT = 4;

/** Trees of the repositories that rows name, looked up in one folder. */
export interface RowRepositories extends AsyncDisposable {
  /** @throws RowError `repository-missing`, `repository-unusable`. */
  open(repo: string, commit: string | undefined): Promise<RowRepository>;
}

export interface RowRepository {
  readonly tree: Tree;
  /** A bare repository of ours that holds it. */
  readonly gitDirectory: string;
  /** What its folder is called in a sandbox. */
  readonly name: string;
}

/**
 * `owner/name` is looked for as `owner/name`, `owner__name` and `name`, each with and without `.git`. A git repository is read
 * at the row's commit (HEAD where the row has none), a plain folder as it is.
 */
export function openRowRepositories(folder: string, cache: string): RowRepositories {
  const open = new Map<string, Promise<Repository>>();
  return {
    async open(repo, commit) {
      const source = findRepository(folder, repo);
      const isGit = (await locateGit(source).catch(() => undefined)) !== undefined;
      const revision = isGit ? commit : undefined;
      const key = `${source} ${revision ?? ""}`;
      const known = open.get(key);
      if (known !== undefined) return placeOf(repo, await known);
      const options = { source, cache, ...(revision === undefined ? {} : { revision }) };
      const opening = openRepository(options).catch((error: unknown) => refuse(source, error));
      open.set(key, opening);
      // Awaited before anything else: nobody else would hear of its failure.
      const repository = await opening;
      for (const [other, oldest] of open) {
        if (open.size <= KEPT) break;
        open.delete(other);
        await close(oldest);
      }
      return placeOf(repo, repository);
    },
    async [Symbol.asyncDispose]() {
      for (const repository of open.values()) await close(repository);
      open.clear();
    },
  };
}

function placeOf(repo: string, { tree, gitDirectory }: Repository): RowRepository {
  return { tree, gitDirectory, name: workspaceName(repo) };
}

/** @throws RowError `repository-missing`. */
export function findRepository(folder: string, repo: string): string {
  const parts = repo.split("/");
  const safe = parts.every((part) => /^[\w][\w.-]*$/.test(part) && part !== "..");
  const names = safe ? [...new Set([parts.join("/"), parts.join("__"), parts.at(-1) ?? ""])] : [];
  const places = names.flatMap((name) => [path.join(folder, name), path.join(folder, `${name}.git`)]);
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new RowError({
    code: "repository-missing",
    message: `${folder} has no repository ${JSON.stringify(repo)}`,
    hint: "Put a clone or a plain folder there, named owner/name, owner__name or name.",
    fields: { repo },
  });
}

function refuse(source: string, error: unknown): never {
  if (!(error instanceof HybridGymError)) throw error;
  throw new RowError({
    code: "repository-unusable",
    message: messageOf(error),
    hint: error.hint,
    fields: { source, code: error.code },
    cause: error,
  });
}

async function close(repository: Promise<Repository>): Promise<void> {
  await (await repository.catch(() => undefined))?.[Symbol.asyncDispose]();
}
