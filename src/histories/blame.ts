import type { Borrowed } from "../repositories/borrow.ts";
import { git } from "../repositories/git.ts";

/** A file of a history of 200,000 commits takes a third of a second; none is waited for longer. */
const LONGEST_MS = 120_000;
const MOST_BYTES = 256 * 1024 ** 2;

/** When each line of a file was last changed, by the time of the commit; who only moved or indented it did not. */
export async function blame(
  { gitDirectory, environment }: Borrowed,
  commit: string,
  path: string,
): Promise<number[]> {
  const args = ["blame", "--porcelain", "--root", "-w", "--no-textconv", commit, "--", path];
  const limits = { timeoutMs: LONGEST_MS, maxOutputBytes: MOST_BYTES };
  return lineTimesIn(Buffer.from(await git(gitDirectory, args, { environment, ...limits })));
}

/** Of each line `<commit> <line before> <line>`, then of each new commit what there is to say of it, then a tab and the line itself. */
function lineTimesIn(output: Buffer): number[] {
  const commits: string[] = [];
  const times = new Map<string, number>();
  let commit = "";
  for (const row of output.toString("latin1").split("\n")) {
    if (row.startsWith("\t")) continue;
    const [, id, line] = /^([0-9a-f]{40}) \d+ (\d+)/.exec(row) ?? [];
    if (id !== undefined) {
      commit = id;
      commits[Number(line) - 1] = id;
    } else if (row.startsWith("committer-time ")) times.set(commit, Number(row.slice(15)));
  }
  return commits.map((id) => times.get(id) ?? Number.NaN);
}
