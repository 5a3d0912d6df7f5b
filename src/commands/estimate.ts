import { openRun } from "../runs/open.ts";
import { estimateRun, type Estimate, type EstimateOptions } from "../runs/outlook/estimate.ts";

export interface EstimateRequest extends Omit<EstimateOptions, "concurrency"> {
  readonly run: string;
  /** As `rollout`'s own when left out. */
  readonly concurrency?: number;
}

const USUAL_CONCURRENCY = 2;

/** What a whole run would take and give, from what it has done so far: from a gate's sample, say. */
export async function estimate({ run: folder, ...options }: EstimateRequest): Promise<Estimate> {
  const { manifest, state } = await openRun(folder);
  return estimateRun(manifest.config, state, { concurrency: USUAL_CONCURRENCY, ...options });
}
