import type { ForeignEvent } from "../../trajectory.ts";

type Call = Extract<ForeignEvent, { type: "turn" }>["tool_calls"][number];

/** A call with the id that it has in the source, by which results name it. */
export interface OpenCall {
  readonly call: Call;
  readonly sourceId: string | undefined;
}

/** A result as a source has it. */
export interface SourceResult {
  /** Of its call, in the source. */
  readonly id?: string | undefined;
  /** Of the tool. */
  readonly name?: string | undefined;
  readonly content: string;
  readonly isError?: boolean | undefined;
  readonly at?: string | number | undefined;
  /** The source's name for the event. */
  readonly key?: string | undefined;
  /** Follows a call in text, and has no id for that. */
  readonly inText?: boolean;
}

export interface PairedResult extends SourceResult {
  readonly call: Call;
}

export interface Pairing {
  readonly results: readonly PairedResult[];
  readonly unpaired: readonly SourceResult[];
  readonly unanswered: readonly OpenCall[];
  readonly rules: ReadonlySet<string>;
}

/** The calls of one turn and what came after it: first by id, then what is left by the tool's name, then in order. */
export function pairResults(calls: readonly OpenCall[], results: readonly SourceResult[]): Pairing {
  const rules = new Set<string>();
  const open = [...calls];
  const found = new Map<SourceResult, OpenCall>();
  const pair = (result: SourceResult, matches: (open: OpenCall) => boolean): boolean => {
    const place = open.findIndex(matches);
    const [call] = place === -1 ? [] : open.splice(place, 1);
    if (call !== undefined) found.set(result, call);
    return call !== undefined;
  };
  for (const result of results)
    if (result.id !== undefined) pair(result, ({ call, sourceId }) => (sourceId ?? call.id) === result.id);
  for (const result of results) {
    if (found.has(result)) continue;
    const isPaired = pair(result, ({ call }) => call.name === result.name) || pair(result, () => true);
    if (isPaired && result.inText !== true) rules.add("result-by-order");
  }
  return {
    results: results.flatMap((result) => {
      const owner = found.get(result);
      return owner === undefined ? [] : [{ ...result, call: owner.call }];
    }),
    unpaired: results.filter((result) => !found.has(result)),
    unanswered: open,
    rules,
  };
}
