import type { Json } from "../../base/json.ts";
import type { ImportSource, Importer } from "../../importer.ts";
import { SAMPLE_FORMAT, type Sample, type SampleGrade } from "../../sample.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import { Fields, isTooDeep } from "./fields.ts";
import { refuse } from "./refuse.ts";

type Start = Extract<ForeignEvent, { type: "start" }>;
type End = Extract<ForeignEvent, { type: "end" }>;

/** What a format's reader found; the rest of a sample is the same for all. */
export interface Draft {
  /** The source's own id for the attempt; the instance's and the place in the file where it has none. */
  readonly id?: string | undefined;
  readonly instance?: string | undefined;
  readonly repository?: { readonly name: string; readonly commit: string | null } | undefined;
  readonly language?: string | undefined;
  readonly agent?: { readonly name: string; readonly version?: string | undefined } | undefined;
  readonly model?: string | undefined;
  readonly grade: SampleGrade;
  readonly patch?: string | undefined;
  /** Where the source counts the whole; otherwise it is the sum of the turns. */
  readonly usage?: Sample["usage"] | undefined;
  readonly dollars?: number | undefined;
  readonly seconds?: number | undefined;
  readonly tools?: Start["tools"];
  readonly sampling?: Start["sampling"] | undefined;
  readonly end?: Omit<End, "type"> | undefined;
  /** Between start and end. */
  readonly events: readonly ForeignEvent[];
  readonly repaired: ReadonlySet<string>;
}

export interface Format {
  readonly format: string;
  readonly version: number;
  recognises(document: Json): boolean;
  /** `document` holds the whole under `all` where it is a list. */
  read(document: Fields, source: ImportSource): Draft;
}

/** An importer of what a format's reader does not have to know: names, places, what was lost. */
export function defineImporter({ format, version, recognises, read }: Format): Importer {
  return {
    format,
    version,
    recognises,
    read(document, source) {
      if (isTooDeep(document))
        refuse("nested-too-deeply", "the document is nested more than 100 levels deep");
      if (!recognises(document)) refuse("not-of-this-format", `the document is not of the format ${format}`);
      const fields = new Fields(Array.isArray(document) ? { all: document } : document);
      return toSample(format, read(fields, source), source, () =>
        fields.unread().map((name) => name.replace(/^all\./, "")),
      );
    },
  };
}

/** A sample of a draft; `unread` is asked last. */
function toSample(format: string, draft: Draft, source: ImportSource, unread: () => string[]): Sample {
  const id = draft.id || placeId(draft.instance, source);
  const agent = { name: draft.agent?.name ?? "unknown", version: draft.agent?.version ?? null };
  return {
    schema_version: SAMPLE_FORMAT,
    id,
    instance: draft.instance ?? null,
    task: null,
    repository: draft.repository ?? null,
    language: draft.language ?? null,
    agent,
    model: draft.model ?? null,
    grade: draft.grade,
    patch: draft.patch ?? null,
    usage: draft.usage ?? sumUsage(draft.events),
    dollars: draft.dollars ?? null,
    seconds: draft.seconds ?? null,
    origin: { format, name: source.name, ...(source.row === undefined ? {} : { row: source.row }) },
    lost: unread().sort(),
    repaired: [...draft.repaired].sort(),
    events: [...startOf(draft, id, agent), ...draft.events, ...endOf(draft)],
  };
}

function startOf(draft: Draft, id: string, agent: Sample["agent"]): ForeignEvent[] {
  return [
    {
      type: "start",
      schema_version: 2,
      attempt: id,
      instance: draft.instance ?? "unknown",
      agent: { name: agent.name, version: agent.version ?? "unknown" },
      ...(draft.model === undefined ? {} : { model: draft.model }),
      ...(draft.sampling === undefined ? {} : { sampling: draft.sampling }),
      tools: draft.tools ?? [],
      isolation: "unknown",
    },
  ];
}

/** A source that does not say how it ended has an end all the same: a record without one was cut off. */
function endOf({ end }: Draft): ForeignEvent[] {
  return [{ type: "end", ...(end ?? { reason: "unstated" }) }];
}

/** An id for an attempt that has none: its instance, and where it stands. */
export function placeId(instance: string | undefined, { name, row }: ImportSource): string {
  const place = row === undefined ? name : `${name}:${row}`;
  return instance === undefined ? place : `${instance}@${place}`;
}

function sumUsage(events: readonly ForeignEvent[]): Sample["usage"] {
  const sum: Sample["usage"] = {};
  for (const event of events) {
    if (event.type !== "turn") continue;
    for (const field of ["inputTokens", "outputTokens", "cachedTokens"] as const)
      if (event.usage[field] !== undefined) sum[field] = (sum[field] ?? 0) + event.usage[field];
  }
  return sum;
}
