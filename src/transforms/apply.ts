import { toChat } from "../exporters/chat.ts";
import { TRANSFORMED_SAMPLE_FORMAT, type LineageStep, type Sample } from "../sample.ts";
import type { ApplyTransform, TextMeasure, TransformRow } from "../transform.ts";
import { breachIn } from "./check.ts";
import type { ChosenTransform } from "./index.ts";
import { eventsAndMarks, renumbered, rowOf } from "./items.ts";
import { withoutStaleTokens } from "./stale-tokens.ts";

export type Transformed =
  | { readonly kind: "samples"; readonly samples: readonly Sample[] }
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly detail: string;
      /** The transform that could not, or broke what it must keep; undefined where none was begun. */
      readonly by?: string;
    };

/** A row on its way, with what was done to it. */
interface Draft {
  readonly row: TransformRow;
  readonly suffix: string;
  readonly done: LineageStep["transforms"];
}

/** These transforms, one after the other, each checked; `parent` is the id of the set or run that samples come from. */
export function openTransforms(
  chosen: readonly ChosenTransform[],
  measure: TextMeasure,
): (sample: Sample, parent: string) => Promise<Transformed> {
  const steps = chosen.map((step) => ({ ...step, apply: step.transform.open(step.options, measure) }));
  const takesAny = chosen.every(({ transform }) => transform.may.anyRecord === true);
  return async (sample, parent) => {
    const problem = recordProblem(sample, takesAny);
    if (problem !== undefined) return { ...problem, kind: "refused" };
    let drafts: readonly Draft[] = [{ row: rowOf(sample), suffix: "", done: [] }];
    for (const step of steps) {
      const next = await Promise.all(drafts.map((draft) => applyTo(draft, step, measure)));
      const refused = next.find((result) => !Array.isArray(result));
      if (refused !== undefined && !Array.isArray(refused)) return { ...refused, by: step.transform.name };
      drafts = next.flatMap((result) => (Array.isArray(result) ? result : []));
    }
    return { kind: "samples", samples: drafts.map((draft) => sampleOf(sample, parent, draft)) };
  };
}

/** What was never a conversation is not made one by leaving some of it out. */
function recordProblem(
  { events }: Sample,
  takesAny: boolean,
): { reason: string; detail: string } | undefined {
  const chat = toChat(events);
  if (chat.kind === "broken") {
    const { reason, detail } = chat;
    return !takesAny || UNPAIRED.has(reason) ? { reason, detail } : undefined;
  }
  const branch = events.find(({ type }) => type === "branch");
  if (takesAny || branch === undefined) return undefined;
  return { reason: "branched", detail: "the record has a line of conversation beside the main one" };
}

const UNPAIRED = new Set(["result-without-call", "missing-result", "repeated-call-id"]);

async function applyTo(
  { row, suffix, done }: Draft,
  { transform, options, apply }: ChosenTransform & { readonly apply: ApplyTransform },
  measure: TextMeasure,
): Promise<Draft[] | { kind: "refused"; reason: string; detail: string }> {
  const result = await apply(row);
  if (result.kind === "refused") return result;
  const drafts: Draft[] = [];
  for (const made of result.rows) {
    if (Object.keys(made.changes).length === 0 && result.rows.length === 1) return [{ row, suffix, done }];
    const breach = breachIn(row, made.row, transform.may);
    if (breach !== undefined) return { kind: "refused", reason: breach.reason, detail: breach.detail };
    const entry = {
      name: transform.name,
      version: transform.version,
      options: { ...options, ...(transform.countsTokens ? { tokens: measure.name } : {}) },
      changes: { ...made.changes },
    };
    drafts.push({
      row: renumbered(withoutStaleTokens(row, made.row)),
      suffix: `${suffix}${made.suffix ?? ""}`,
      done: [...done, entry],
    });
  }
  return drafts;
}

function sampleOf(sample: Sample, parent: string, { row, suffix, done }: Draft): Sample {
  if (done.length === 0) return sample;
  const { marks: _, lineage = [], ...rest } = sample;
  const { events, marks } = eventsAndMarks(row);
  return {
    ...rest,
    schema_version: TRANSFORMED_SAMPLE_FORMAT,
    id: `${sample.id}${suffix}`,
    patch: row.patch,
    events,
    ...(marks.length === 0 ? {} : { marks }),
    lineage: [...lineage, { parent, sample: sample.id, transforms: done }],
  };
}
