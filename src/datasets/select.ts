/** What is known of an instance when instances are chosen. */
export interface Candidate {
  readonly id: string;
  readonly task: string;
  readonly repository: string;
  readonly cluster: string;
  readonly template: string;
}

/** What instances can be spread over; in a choice, the first named counts most. */
export const BALANCES = ["repository", "task", "template"] as const;
export type Balance = (typeof BALANCES)[number];

const KEYS: Readonly<Record<Balance, (candidate: Candidate) => string>> = {
  repository: ({ cluster }) => cluster,
  task: ({ task }) => task,
  template: ({ template }) => template,
};

/**
 * So many of the candidates, spread evenly: each group gets the same number as far as it has so many, and what small groups leave
 * goes to the larger ones. Within a group those that come first are taken; the order of all stays as it was.
 */
export function selectBalanced(
  candidates: readonly Candidate[],
  total: number,
  balances: readonly Balance[],
): Candidate[] {
  const chosen = new Set(choose(candidates, total, balances));
  return candidates.filter((candidate) => chosen.has(candidate));
}

function choose(
  candidates: readonly Candidate[],
  total: number,
  [balance, ...rest]: readonly Balance[],
): readonly Candidate[] {
  if (candidates.length <= total) return candidates;
  if (balance === undefined) return candidates.slice(0, total);
  const groups = [...Map.groupBy(candidates, KEYS[balance]).values()];
  const smallFirst = groups
    .map((group, place) => ({ group, place }))
    .sort((a, b) => a.group.length - b.group.length || a.place - b.place);
  const chosen: Candidate[] = [];
  let left = total;
  for (const [place, { group }] of smallFirst.entries()) {
    const fair = Math.floor(left / (smallFirst.length - place));
    const some = choose(group, Math.min(fair, group.length), rest);
    chosen.push(...some);
    left -= some.length;
  }
  return chosen;
}
