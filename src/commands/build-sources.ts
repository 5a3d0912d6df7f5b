import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { parseValue } from "../base/json.ts";
import type { BuildOptions, PartOptions, RowSource } from "../datasets/build-options.ts";
import { rowFixes } from "../fixes/rows.ts";
import { openIssueFile } from "../issues/file.ts";
import { gitHubIssues } from "../issues/github.ts";
import { type Row, RowError } from "../row.ts";
import { readRows } from "../rows/read.ts";
import { findRepository } from "../rows/repositories.ts";

export interface SourcesRequest {
  readonly tasks: readonly string[];
  readonly repositories: readonly string[];
  readonly repos?: string;
  readonly issues?: string;
  readonly cache: string;
  readonly signal?: AbortSignal;
}

export type Sources = Pick<BuildOptions, "sources" | "inputs"> & Pick<PartOptions, "rows" | "issuesOf">;

/** What a dataset is made of: repositories as they were named, or those that rows name; and where issues are. */
export async function buildSources(request: SourcesRequest): Promise<Sources> {
  const { tasks, repositories, repos, issues } = request;
  if ((repos ?? issues) !== undefined && !tasks.some((task) => FROM_FIXES.has(task)))
    throw fixesNotTaken(tasks.join(", "));
  const rows = repos === undefined ? undefined : await rowSources(repositories, repos);
  const issuesOf = issues === undefined ? undefined : await issueSource(issues, request);
  return {
    sources: rows === undefined ? repositories : [...rows.keys()],
    ...(rows === undefined ? {} : { rows }),
    ...(issuesOf === undefined ? {} : { issuesOf }),
    inputs: {
      ...(rows === undefined ? {} : { rows: await Promise.all(repositories.map(digestOf)) }),
      ...(issues === undefined ? {} : { issues: issues === GITHUB ? issues : await digestOf(issues) }),
    },
  };
}

/** Families that start from fixes. */
const FROM_FIXES: ReadonlySet<string> = new Set(["issue-localize"]);
const GITHUB = "github";

async function issueSource(
  issues: string,
  { cache, signal }: SourcesRequest,
): Promise<NonNullable<PartOptions["issuesOf"]>> {
  if (issues !== GITHUB) return openIssueFile(issues);
  const { GITHUB_API_URL: baseUrl, GITHUB_TOKEN: token } = process.env;
  const options = { baseUrl, token, cache: path.join(path.resolve(cache), "issues"), signal };
  return (repository) => gitHubIssues(options, repository);
}

const placeSchema = z.looseObject({ repo: z.string().min(1) });

/** Rows by the folder of their repository, in the order in which they are first met. All of them are in memory. */
async function rowSources(files: readonly string[], repos: string): Promise<Map<string, RowSource>> {
  const found = new Map<string, { readonly name: string; readonly rows: Row[] }>();
  const missing = new Set<string>();
  for (const file of files) {
    let place = 0;
    for await (const row of readRows(file)) {
      const { repo } = parseValue(row, placeSchema, `${file}: row ${++place}`);
      const folder = folderOf(repos, repo);
      if (folder === undefined) missing.add(repo);
      else if (found.get(folder)?.rows.push(row) === undefined)
        found.set(folder, { name: repo, rows: [row] });
    }
  }
  if (missing.size > 0) throw missingRepositories(repos, [...missing]);
  if (found.size === 0) throw noRows(files);
  return new Map([...found].map(([folder, { name, rows }]) => [folder, { name, fixes: rowFixes(rows) }]));
}

function folderOf(repos: string, repo: string): string | undefined {
  try {
    return findRepository(repos, repo);
  } catch (error) {
    if (error instanceof RowError) return undefined;
    throw error;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

function missingRepositories(folder: string, names: readonly string[]): InputError {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return new InputError({
    code: "row-repositories-missing",
    message: `${folder} has no repository ${names.slice(0, 5).join(", ")}${more}, which rows name`,
    hint: "Put clones there, named owner/name, owner__name or name, or leave their rows out.",
    fields: { folder, repositories: names.slice(0, 100) },
  });
}

function noRows(files: readonly string[]): InputError {
  return new InputError({
    code: "no-sources",
    message: `There is no row in ${files.join(", ")}`,
    hint: "Give rows in the shape of SWE-bench, one a line.",
  });
}

function fixesNotTaken(task: string): InputError {
  return new InputError({
    code: "fixes-not-taken",
    message: `${task} starts from no fixes: it takes neither --repos nor --issues`,
    hint: "Leave them out, or build issue-localize.",
    fields: { task },
  });
}
