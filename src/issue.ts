/** What somebody wrote of something that is wrong, before (one hopes) anyone knew the answer. */
export interface Issue {
  /** Title, an empty line, body; as it was written. */
  readonly text: string;
  /** `row`: a published row. `linked`: the issue that a commit names. `message`: the message of the commit that fixed it. */
  readonly source: IssueSource;
  readonly number?: number;
  /** Seconds since 1970; absent where nobody says. */
  readonly writtenAt?: number;
}

export const ISSUE_SOURCES = ["row", "linked", "message"] as const;
export type IssueSource = (typeof ISSUE_SOURCES)[number];

/** Where a project keeps its issues. Implementations in `issues/`. */
export interface IssueTracker {
  /** @returns undefined when there is no issue of that number. @throws InputError or EnvironmentError when nobody can tell. */
  find(number: number): Promise<Issue | undefined>;
}
