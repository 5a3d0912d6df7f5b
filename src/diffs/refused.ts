import type { DiffReason } from "../diff.ts";

/** How the parts of this folder stop; caught at its doors and turned into data. */
export class DiffRefused extends Error {
  readonly reason: DiffReason;

  constructor(reason: DiffReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export function malformed(detail: string, line: number): DiffRefused {
  return new DiffRefused("diff-malformed", `line ${line}: ${detail}`);
}

/** A name or line of the diff, fit for a message of one line. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
