import type { Severity } from "../audit.ts";
import type { ClaimCounts } from "./claims.ts";
import type { AuditedTokens } from "./token-figures.ts";
import type { WholeCounts } from "./whole.ts";

/** What was found in data to learn from. */
export interface Audit {
  /** What was read: samples and rows that could not be. */
  readonly read: number;
  readonly unreadable: Readonly<Record<string, number>>;
  /** Of `read`: those with an error; those with a warning and no error; the rest has notes at most. */
  readonly with_errors: number;
  readonly with_warnings: number;
  readonly whole: WholeCounts;
  /** What a trainer makes of the samples; absent where no tokenizer was named. */
  readonly tokens?: AuditedTokens;
  /** What our graders say of the samples' diffs; absent where no dataset was named. */
  readonly claims?: ClaimCounts;
  /** Of each check that found anything, errors first. */
  readonly checks: readonly AuditedCheck[];
  /** The largest groups of samples, and how many of each have an error. */
  readonly groups: {
    readonly repositories: readonly Group[];
    /** By the shape of the user's first words. */
    readonly templates: readonly Group[];
  };
}

export interface Group {
  readonly name: string;
  readonly samples: number;
  readonly with_errors: number;
}

export interface AuditedCheck {
  readonly check: string;
  readonly severity: Severity;
  readonly meaning: string;
  /** Of all that was read. */
  readonly samples: number;
  /** Of how many repositories they are, as far as samples say of which they are. */
  readonly repositories: number;
  /** A few, of as many repositories and templates as there are. */
  readonly examples: readonly Example[];
}

/** Something that was found in a sample, or a row that could not be read (`check: "unreadable"`). */
export interface AuditFinding {
  readonly check: string;
  readonly severity: Severity;
  /** Of the sample; where the row stands, where there is none. */
  readonly id: string;
  readonly evidence: string;
}

export interface Example extends AuditFinding {
  /** `file:row`, or the run. */
  readonly place: string;
  readonly repository: string | undefined;
  readonly template: string | undefined;
}
