import type { Dataset } from "./open.ts";

/** Which instances a run takes. */
export interface InstanceChoice {
  takes(id: string): boolean;
  /** Of those that were asked about. */
  readonly left: { quarantined: number; memorised: number };
}

/** Without those in quarantine and, where asked, those that any model solved without the repository. */
export async function instanceChoice(dataset: Dataset, withoutMemorised: boolean): Promise<InstanceChoice> {
  const validations = await dataset.validations();
  const known = withoutMemorised ? await dataset.memorised() : [];
  const memorised = new Set(known.filter((row) => row.memorised).map(({ id }) => id));
  const left = { quarantined: 0, memorised: 0 };
  return {
    left,
    takes(id) {
      if (validations.get(id)?.valid === false) left.quarantined++;
      else if (memorised.has(id)) left.memorised++;
      else return true;
      return false;
    },
  };
}
