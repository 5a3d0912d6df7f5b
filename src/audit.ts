import type { Walk } from "./fact.ts";
import type { TokenCounts } from "./mask.ts";

/** Something that may be wrong with a sample as data to learn from. Pure, and asks nobody. Implementations in `audits/`. */
export interface AuditCheck {
  /** Kebab-case, as it is printed and counted. */
  readonly name: string;
  /** What it means for whoever trains on it, in one sentence. */
  readonly meaning: string;
  readonly severity: Severity;
  /** What was found, short enough for a line; undefined where nothing was. */
  find(walk: Walk, options: AuditOptions): string | undefined;
}

/** `error`: should not be trained on as it is; `warning`: should be looked at; `note`: should be known. */
export type Severity = "error" | "warning" | "note";

export interface AuditOptions {
  /** Tokens that the student's context holds. */
  readonly context: number;
  /** Of the sample as a trainer's row; absent where no tokenizer was named, or it is no row that could be measured. */
  readonly tokens?: TokenCounts;
}
