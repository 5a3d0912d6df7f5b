import { git } from "../repositories/git.ts";

/**
 * The diff between two trees of one of our own bare repositories, in git's format with full object ids and binary
 * data. Nothing in the trees can steer it: `.gitattributes` is overruled by the repository's own attributes, and no
 * external diff or text conversion runs. Renames are shown as a deletion and an addition.
 */
export async function diffTreesInGit(
  gitDirectory: string,
  fromTree: string,
  toTree: string,
): Promise<Uint8Array> {
  return git(gitDirectory, [
    "-c",
    "core.quotePath=true",
    "diff-tree",
    "-p",
    "-r",
    "--binary",
    "--full-index",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--no-color",
    "--no-relative",
    "--unified=3",
    "--inter-hunk-context=0",
    "--diff-algorithm=myers",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    fromTree,
    toTree,
  ]);
}
