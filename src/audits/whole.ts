import { createHash } from "node:crypto";
import type { Walk } from "../fact.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { repositoryOf } from "./origin.ts";

/** What only shows in all samples together. Holds a hash and some counts, and no sample. */
export interface Whole {
  /** The sample with the same conversation that came before, if one did. */
  add(walk: Walk): string | undefined;
  counts(): WholeCounts;
}

export interface WholeCounts {
  readonly samples: number;
  readonly instances: number;
  readonly repositories: number;
  /** As many repositories of equal share would be spread so: 1 / Σ share². Null without one. */
  readonly effective_repositories: number | null;
  /** Shapes of the first words of the user, names and numbers taken out; the commonest with how many have it. */
  readonly templates: number;
  readonly commonest_template: number;
  /** Of all UTF-16 units, those that the model wrote: what a loss on its words alone trains on. */
  readonly trained_share: number | null;
}

export function createWhole(): Whole {
  const seen = new Map<string, string>();
  const instances = new Set<string>();
  const repositories = new Map<string, number>();
  const templates = new Map<string, number>();
  let samples = 0;
  let written = 0;
  let all = 0;
  return {
    add({ sample }) {
      samples++;
      if (sample.instance !== null) instances.add(sample.instance);
      count(repositories, repositoryOf(sample));
      count(templates, templateOf(sample.events));
      const lengths = lengthsOf(sample.events);
      written += lengths.written;
      all += lengths.all;
      const hash = hashOf(sample.events);
      const twin = seen.get(hash);
      if (twin === undefined) seen.set(hash, sample.id);
      return twin;
    },
    counts: () => ({
      samples,
      instances: instances.size,
      repositories: repositories.size,
      effective_repositories: effective([...repositories.values()]),
      templates: templates.size,
      commonest_template: Math.max(0, ...templates.values()),
      trained_share: all === 0 ? null : Math.round((written / all) * 1000) / 1000,
    }),
  };
}

function count(counts: Map<string, number>, name: string | undefined): void {
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
}

function effective(counts: readonly number[]): number | null {
  const total = counts.reduce((sum, one) => sum + one, 0);
  if (total === 0) return null;
  return Math.round((10 * total ** 2) / counts.reduce((sum, one) => sum + one ** 2, 0)) / 10;
}

/** The first sentence or two of what the user says, without what differs from instance to instance. */
function templateOf(events: readonly ForeignEvent[]): string | undefined {
  const first = events.find((event) => event.type === "input" && event.role === "user");
  if (first?.type !== "input") return undefined;
  return first.content
    .slice(0, 400)
    .replaceAll(/`[^`]*`|"[^"]*"|\S*[/\\_.]\S*|\d+/g, "·")
    .replaceAll(/\s+/g, " ")
    .slice(0, 120);
}

function lengthsOf(events: readonly ForeignEvent[]): { written: number; all: number } {
  let written = 0;
  let given = 0;
  for (const event of events) {
    if (event.type === "input" || event.type === "result") given += event.content.length;
    if (event.type !== "turn") continue;
    const calls = event.tool_calls.reduce((sum, call) => sum + JSON.stringify(call.arguments).length, 0);
    written += event.content.length + (event.reasoning?.length ?? 0) + calls;
  }
  return { written, all: written + given };
}

/** Of what is said, called and answered; not of ids and times. */
function hashOf(events: readonly ForeignEvent[]): string {
  const hash = createHash("sha256");
  for (const event of events) {
    if (event.type === "input") hash.update(JSON.stringify([event.role, event.content]));
    if (event.type === "result") hash.update(JSON.stringify(["result", event.content]));
    if (event.type === "turn")
      hash.update(
        JSON.stringify([event.content, event.tool_calls.map(({ name, arguments: given }) => [name, given])]),
      );
  }
  return hash.digest("base64");
}
