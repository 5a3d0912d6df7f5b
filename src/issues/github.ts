import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileDurably } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { IssueTracker } from "../issue.ts";
import { type IssueRecord, linkedIssue } from "./file.ts";
import { type Answer, type GitHubOptions, recordSchema, request } from "./github-request.ts";

/** A pull request that says what it closes stands for that issue. */
const CLOSES = /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\s*:?\s+#(\d{1,9})\b/i;

/** The issues of a repository at GitHub, asked for one by one. @throws InputError `issues-need-a-name`. */
export function gitHubIssues(options: GitHubOptions, repository: string): IssueTracker {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw needsName(repository);
  const ask = async (number: number): Promise<Answer> => {
    const file = path.join(options.cache, repository.replace("/", "__"), `${number}.json`);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return parseJson(text, recordSchema, file);
    const answer = await request(options, `/repos/${repository}/issues/${number}`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileDurably(file, JSON.stringify(answer));
    return answer;
  };
  return {
    async find(number) {
      const first = await ask(number);
      if (first === null) return undefined;
      if (first.pull_request === undefined) return linkedIssue(recordOf(first));
      const closed = CLOSES.exec(first.body ?? "")?.[1];
      const issue = closed === undefined ? null : await ask(Number(closed));
      return issue === null || issue.pull_request !== undefined ? undefined : linkedIssue(recordOf(issue));
    },
  };
}

function recordOf({ number, title, body, created_at }: NonNullable<Answer>): IssueRecord {
  return { number, title, body, created_at };
}

function needsName(repository: string): InputError {
  return new InputError({
    code: "issues-need-a-name",
    message: `"${repository}" is not the owner/name of a repository at GitHub`,
    hint: "Add --name owner/name.",
    fields: { repository },
  });
}
