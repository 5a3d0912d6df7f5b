import path from "node:path";
import { copyFile } from "node:fs/promises";
import { Disposals } from "../base/disposals.ts";
import { RepositoryError } from "../base/errors.ts";
import type { Commit, History } from "../history.ts";
import type { OpenRepositoryOptions } from "../repository.ts";
import { type Borrowed, borrowRepository, locateGit, resolveCommit } from "../repositories/borrow.ts";
import { streamGit } from "../repositories/git.ts";
import { entriesOf } from "../repositories/import.ts";
import { isRemoteUrl, withoutCredentials } from "../repositories/names.ts";
import { openCommit, requireFolder } from "../repositories/open.ts";
import { cloneWhole } from "../repositories/remote.ts";
import { makeTree } from "../trees/make-tree.ts";
import { listTree } from "../trees/git-tree.ts";
import { openObjectReader } from "../trees/object-reader.ts";
import { blame } from "./blame.ts";
import { COMMIT_FORMAT, readCommits } from "./commit-stream.ts";

const FULL_ID = /^[0-9a-f]{40}$/;

/**
 * The history of a local work tree or bare repository, or of a git URL (which is cloned whole, and the clone is thrown
 * away). Its commits are read through a repository of ours that borrows its objects.
 *
 * @throws RepositoryError `no-history` for a plain folder, and what `openRepository` throws.
 */
export async function openHistory(options: OpenRepositoryOptions): Promise<History> {
  const { source, cache } = options;
  await using owned = new Disposals();
  const place = isRemoteUrl(source)
    ? owned.use(await cloneWhole(cache, source)).path
    : await requireFolder(source);
  const location = await locateGit(place);
  if (location === undefined) throw noHistory(place);
  const borrowed = owned.use(await borrowRepository(location, cache));
  if (borrowed.shallow) {
    // Git then ends where the clone does, instead of failing for want of a parent.
    await copyFile(
      path.join(location.commonDirectory, "shallow"),
      path.join(borrowed.gitDirectory, "shallow"),
    );
  }
  const { commit } = await resolveCommit(borrowed, withoutCredentials(source), options.revision);
  const reader = owned.use(openObjectReader(borrowed.gitDirectory, borrowed.environment));
  const blamed = new Map<string, Promise<readonly number[]>>();
  const timesOfLines = async (wanted: string, file: string) => {
    const found = await resolveCommit(borrowed, withoutCredentials(source), wanted);
    return blame(borrowed, found.commit, file);
  };
  const kept = owned.move();
  return {
    commits: () => commitsOf(borrowed, commit, source),
    async tree(wanted) {
      const list = (tree: string) => listTree(borrowed.gitDirectory, tree, borrowed.environment);
      // One process where it is there; what is wrong is asked for only when something is.
      const listed = FULL_ID.test(wanted) ? await list(wanted).catch(() => undefined) : undefined;
      const named = async () => resolveCommit(borrowed, withoutCredentials(source), wanted);
      const { entries } = entriesOf(listed ?? (await list((await named()).tree)));
      return makeTree(entries, ({ blob }) => reader.read(blob));
    },
    read: (blob) => reader.read(blob),
    async lineTimes(wanted, file) {
      if (borrowed.shallow) throw unknownLines(withoutCredentials(source));
      const key = `${wanted}\0${file}`;
      let times = blamed.get(key);
      if (times === undefined) blamed.set(key, (times = timesOfLines(wanted, file)));
      return times;
    },
    at: (wanted) => openCommit({ ...options, revision: wanted }, place, location, borrowed),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  };
}

async function* commitsOf(borrowed: Borrowed, tip: string, source: string): AsyncGenerator<Commit> {
  const { gitDirectory, environment, shallow } = borrowed;
  const printed = ["-z", "--raw", "-r", "--no-renames", "--no-abbrev", `--format=${COMMIT_FORMAT}`];
  const plain = ["--no-show-signature", "--no-notes", "--no-mailmap", "--no-color", "--encoding=UTF-8"];
  const args = ["log", ...printed, ...plain, "--min-parents=1", "--max-parents=1", "--end-of-options", tip];
  let count = 0;
  for await (const commit of readCommits(streamGit(gitDirectory, args, { environment }))) {
    count++;
    yield commit;
  }
  if (count === 0 && shallow) throw shallowHistory(withoutCredentials(source));
}

function noHistory(folder: string): RepositoryError {
  return new RepositoryError({
    code: "no-history",
    message: `${folder} is a plain folder: it has no history to find fixes in`,
    hint: "Give a git repository with its history.",
    fields: { source: folder },
  });
}

function shallowHistory(source: string): RepositoryError {
  return new RepositoryError({
    code: "history-shallow",
    message: `${source} is a shallow clone that holds no commit together with its parent`,
    hint: 'Fetch the rest ("git fetch --unshallow"), or clone it in full.',
    fields: { source },
  });
}

function unknownLines(source: string): RepositoryError {
  return new RepositoryError({
    code: "history-shallow",
    message: `${source} is a shallow clone: when a line was changed cannot be told`,
    hint: 'Fetch the rest ("git fetch --unshallow"), or clone it in full.',
    fields: { source },
  });
}
