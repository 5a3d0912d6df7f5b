import { z } from "zod";
import { parseValue } from "../base/json.ts";
import type { Issue, IssueTracker } from "../issue.ts";
import { readRows } from "../rows/read.ts";

const issueSchema = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullish(),
  created_at: z.string().nullish(),
  /** GitHub's list of issues has pull requests in it. */
  pull_request: z.unknown().optional(),
  /** `owner/name`, in a file that holds the issues of several repositories. */
  repo: z.string().optional(),
});
export type IssueRecord = z.infer<typeof issueSchema>;

/**
 * Issues out of a file: JSONL, or a JSON array, as GitHub's own API gives them.
 * @throws InputError `no-such-file`, `malformed-json`, `malformed-row`.
 */
export async function openIssueFile(file: string): Promise<(repository: string) => IssueTracker> {
  const known = new Map<string, Issue>();
  let place = 0;
  for await (const row of readRows(file)) {
    const record = parseValue(row, issueSchema, `${file}: row ${++place}`);
    if (record.pull_request !== undefined && record.pull_request !== null) continue;
    known.set(`${record.repo ?? ""}#${record.number}`, linkedIssue(record));
  }
  return (repository) => ({
    find: async (number) => known.get(`${repository}#${number}`) ?? known.get(`#${number}`),
  });
}

export function linkedIssue({ number, title, body, created_at }: IssueRecord): Issue {
  const time = Date.parse(created_at ?? "");
  return {
    text: `${title.trim()}\n\n${(body ?? "").replaceAll("\r\n", "\n").trim()}`.trim(),
    source: "linked",
    number,
    ...(Number.isNaN(time) ? {} : { writtenAt: Math.floor(time / 1000) }),
  };
}
