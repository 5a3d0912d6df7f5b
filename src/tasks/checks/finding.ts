import type { Json } from "../../base/json.ts";

/** What one check says of a candidate: unfit, with its reason, or fit, with what was measured. */
export type Finding = Fit | Unfit;

export interface Fit {
  readonly fit: true;
  readonly facts?: Record<string, Json>;
}

export interface Unfit {
  readonly fit: false;
  /** Kebab-case, documented with the task family. */
  readonly reason: string;
  readonly detail?: string;
  readonly facts?: Record<string, Json>;
}

export const FIT: Fit = { fit: true };

export function unfit(reason: string, detail?: string, facts?: Record<string, Json>): Unfit {
  return {
    fit: false,
    reason,
    ...(detail === undefined ? {} : { detail }),
    ...(facts === undefined ? {} : { facts }),
  };
}
