import type { Random } from "../../base/random.ts";

export interface Wordings<Id extends string> {
  readonly all: readonly Id[];
  /** Those that no training instance has, unless it is asked for: for evaluation on words that a model has not seen. */
  readonly heldOut: readonly Id[];
}

/** The wording of an instance: the one that is pinned, or one that is drawn; from those held out only when that is asked for. */
export function drawWording<Id extends string>(
  { template, held_out_templates }: { readonly template: Id | null; readonly held_out_templates: boolean },
  { all, heldOut }: Wordings<Id>,
  random: Random,
): Id {
  return template ?? random.pick(all.filter((id) => heldOut.includes(id) === held_out_templates));
}
