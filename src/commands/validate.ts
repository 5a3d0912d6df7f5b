import type { Validation } from "../dataset.ts";
import { openDataset } from "../datasets/open.ts";
import { validateDataset } from "../datasets/validate.ts";
import { loadFamilies } from "./families.ts";

export interface ValidateRequest {
  readonly dataset: string;
  /** Rounds; every one must agree. 1 when left out. */
  readonly repeat?: number;
  readonly onResult?: (validation: Validation) => void;
}

/** Proves each instance again: the reference solution solves it, nothing and the known cheats do not. */
export async function validate(request: ValidateRequest): Promise<Validation[]> {
  const familyOf = await loadFamilies();
  const { dataset, ...rest } = request;
  return validateDataset({ ...rest, dataset: await openDataset(dataset), familyOf });
}
