import type { Fix, Refused, RefusedFix } from "../fix.ts";
import type { Commit, History, PathChange } from "../history.ts";
import type { Issue, IssueTracker } from "../issue.ts";
import type { FileChange } from "../tree.ts";
import { claimOf, withoutSquashed } from "./message.ts";

export interface MineOptions {
  readonly history: History;
  /** Without one, the text of an issue is the message of the commit. */
  readonly issues?: IssueTracker | undefined;
  /** Commits looked at before it is given up, whether they fix something or not. */
  readonly maxCommits: number;
  /** Issues that one commit may fix. */
  readonly maxIssues: number;
}

/** Characters of a message in which it must say so: patterns take their time with a megabyte of blanks. */
const LONGEST_CLAIM = 20_000;

/** The commits of a history that say they fix something, newest first. Others are passed over and counted nowhere. */
export async function* minedFixes(options: MineOptions): AsyncGenerator<Fix | RefusedFix> {
  let looked = 0;
  for await (const commit of options.history.commits()) {
    if (++looked > options.maxCommits) return;
    const claim = claimOf(commit.message.slice(0, LONGEST_CLAIM));
    if (claim === undefined) continue;
    if ("refused" in claim) yield { name: commit.id, ...claim };
    else if (Math.max(claim.fixes.length, claim.items) > options.maxIssues)
      yield { name: commit.id, refused: "several-issues" };
    else yield fixOf(commit, claim.fixes, options);
  }
}

/** Paths up to which contents are read: a fix that touches more is none that says where it belongs. */
const MOST_PATHS = 100;

function fixOf(
  commit: Commit,
  numbers: readonly number[],
  { history, issues }: Pick<MineOptions, "history" | "issues">,
): Fix {
  return {
    name: commit.id,
    base: commit.parent,
    madeAt: commit.time,
    paths: commit.changes,
    async changes() {
      if (commit.changes.length > MOST_PATHS) return { refused: "too-many-paths" };
      const changes: FileChange[] = [];
      for (const change of commit.changes) changes.push(await contentsOf(change, history));
      return changes;
    },
    issue: () => issueOf(commit, numbers, issues),
  };
}

async function contentsOf({ path, before, after }: PathChange, history: History): Promise<FileChange> {
  const state = async (blob: string) => ({ mode: "100644" as const, content: await history.read(blob) });
  return {
    path,
    ...(before === undefined ? {} : { before: await state(before) }),
    ...(after === undefined ? {} : { after: await state(after) }),
  };
}

async function issueOf(
  { message, time }: Commit,
  numbers: readonly number[],
  issues: IssueTracker | undefined,
): Promise<Issue | Refused> {
  for (const number of issues === undefined ? [] : numbers) {
    const linked = await issues?.find(number);
    if (linked !== undefined) return linked;
  }
  const text = message.length > LONGEST_CLAIM ? message : withoutSquashed(message);
  return { text, source: "message", writtenAt: time };
}
