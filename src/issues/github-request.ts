import { z } from "zod";
import { EnvironmentError, messageOf } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { type Sleep, systemSleep } from "../base/sleep.ts";

export interface GitHubOptions {
  /** `https://api.github.com` when left out. */
  readonly baseUrl?: string | undefined;
  readonly token?: string | undefined;
  /** Answers are kept here, those that say "there is none" too. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
  readonly sleep?: Sleep;
}

const answerSchema = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullable(),
  created_at: z.string(),
  pull_request: z.unknown().optional(),
});
export const recordSchema = answerSchema.nullable();
/** null: there is no such issue. */
export type Answer = z.infer<typeof recordSchema>;

const TRIES = 3;
const LONGEST_WAIT_S = 60;
const ANSWER_MS = 30_000;

/** @throws EnvironmentError `issues-unreachable`, `issues-refused`, `issues-rate-limited`: a build without its texts would be another one. */
export async function request(
  { baseUrl, token, signal: given, sleep = systemSleep }: GitHubOptions,
  route: string,
): Promise<Answer> {
  const url = `${(baseUrl ?? "https://api.github.com").replace(/\/+$/, "")}${route}`;
  const headers = {
    accept: "application/vnd.github+json",
    "user-agent": "hybrid-gym",
    ...(token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` }),
  };
  const signal = given ?? new AbortController().signal;
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), signal]),
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      return messageOf(error);
    });
    if (typeof response !== "string") {
      if (response.ok) return parseJson(await response.text(), recordSchema, url);
      await response.body?.cancel();
      // 410: the issue was deleted; 301 leads to another repository, which fetch follows.
      if (response.status === 404 || response.status === 410) return null;
    }
    const wait = waitOf(response, attempt);
    if (attempt >= TRIES || wait > LONGEST_WAIT_S) throw failure(url, response);
    await sleep(wait * 1000, signal);
  }
}

/** Seconds until it is worth asking again; `Infinity` where it never is. */
function waitOf(response: Response | string, attempt: number): number {
  if (typeof response === "string" || response.status >= 500) return attempt - 1;
  if (response.status !== 403 && response.status !== 429) return Infinity;
  const after = response.headers.get("retry-after");
  if (after !== null) return Number(after) || 0;
  const reset = Number(response.headers.get("x-ratelimit-reset") ?? Number.NaN);
  return Number.isNaN(reset) ? Infinity : Math.max(0, reset - Date.now() / 1000);
}

function failure(url: string, response: Response | string): EnvironmentError {
  if (typeof response === "string" || response.status >= 500) {
    const why = typeof response === "string" ? response : `it answers ${response.status}`;
    return new EnvironmentError({
      code: "issues-unreachable",
      message: `Cannot ask for ${url}: ${why}`,
      hint: "Check the network and GITHUB_API_URL, and run the same command again: what was answered is kept. A file of issues needs no network.",
      fields: { url },
    });
  }
  const limited = response.status === 429 || response.headers.get("x-ratelimit-remaining") === "0";
  return new EnvironmentError({
    code: limited ? "issues-rate-limited" : "issues-refused",
    message: `${url} answers ${response.status}`,
    hint: limited
      ? "Run the same command again later, or set GITHUB_TOKEN: with one there are more requests an hour. What was answered is kept."
      : "Set GITHUB_TOKEN to a token that may read the repository's issues.",
    fields: { url, status: response.status },
  });
}
