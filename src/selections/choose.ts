import { sha256 } from "../base/hash.ts";

/** All that choosing needs of a sample, so that a million of them fit in memory. */
export interface Candidate {
  /** Among all samples that were considered, from 0. */
  readonly place: number;
  readonly id: string;
  readonly instance: string | null;
  readonly characters: number;
  readonly dollars: number | null;
  readonly reward: number | null;
  /** Null without a tokenizer. */
  readonly tokens: number | null;
  /** A value for each quota, in their order. */
  readonly groups: readonly string[];
  /** Whether each cap's condition holds, in their order. */
  readonly capped: readonly boolean[];
  /** `Conversation.key` */
  readonly conversation: string;
}

export type Preference = "shortest" | "cheapest" | "reward";

/** Of equal conversations the first. */
export function withoutRepeats(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ conversation }) => !seen.has(conversation) && seen.add(conversation));
}

/** The best few of each instance. A sample that names none stands for itself. */
export function bestOf(candidates: readonly Candidate[], count: number, prefer: Preference): Candidate[] {
  const groups = Map.groupBy(candidates, ({ instance, place }) => instance ?? place);
  const kept = [...groups.values()].flatMap((group) => group.sort(ORDERS[prefer]).slice(0, count));
  return kept.sort(byPlace);
}

/** At most so many of each value of a quota, a missing one being a value too; the seed says which. */
export function atMost(
  candidates: readonly Candidate[],
  quota: number,
  count: number,
  seed: string,
): Candidate[] {
  const groups = Map.groupBy(candidates, ({ groups: values }) => values[quota]);
  return [...groups.values()].flatMap((members) => drawn(members, count, seed)).sort(byPlace);
}

/** Of those for which a cap's condition holds, so many that they are at most this share of all that stay; the seed says which. */
export function withShare(
  candidates: readonly Candidate[],
  cap: number,
  share: number,
  seed: string,
): Candidate[] {
  const [held, others] = [true, false].map((is) => candidates.filter(({ capped }) => capped[cap] === is));
  // A hair is added for shares that no binary fraction is: 20 % of 5 is 1.
  const count = share >= 1 ? Infinity : Math.floor((share * (others?.length ?? 0)) / (1 - share) + 1e-9);
  return [...(others ?? []), ...drawn(held ?? [], count, seed)].sort(byPlace);
}

/** As many as there is room for in so many tokens; the seed says which are tried first. */
export function withinBudget(candidates: readonly Candidate[], budget: number, seed: string): Candidate[] {
  let room = budget;
  const kept = inDrawnOrder(candidates, seed).filter(({ tokens }) => {
    if (tokens === null || tokens > room) return false;
    room -= tokens;
    return true;
  });
  return kept.sort(byPlace);
}

/** So many of all; the seed says which. */
export function limited(candidates: readonly Candidate[], count: number, seed: string): Candidate[] {
  return drawn(candidates, count, seed).sort(byPlace);
}

/** Each sample has a number of its own, whatever else there is: one more of them moves at most one out. */
function drawn(candidates: readonly Candidate[], count: number, seed: string): Candidate[] {
  return candidates.length <= count ? [...candidates] : inDrawnOrder(candidates, seed).slice(0, count);
}

function inDrawnOrder(candidates: readonly Candidate[], seed: string): Candidate[] {
  const keyed = candidates.map((candidate) => ({ candidate, key: sha256(`${seed}\0${candidate.id}`) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ candidate }) => candidate);
}

type Order = (a: Candidate, b: Candidate) => number;

const byId: Order = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const byPlace: Order = (a, b) => a.place - b.place;

/** What is not known comes last. */
const ORDERS: Readonly<Record<Preference, Order>> = {
  shortest: (a, b) => a.characters - b.characters || byId(a, b),
  cheapest: (a, b) => compare(a.dollars ?? Infinity, b.dollars ?? Infinity) || byId(a, b),
  reward: (a, b) => compare(b.reward ?? -1, a.reward ?? -1) || byId(a, b),
};

/** Two infinities are equal; their difference is no number. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
