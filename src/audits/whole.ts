import { type Counter, createCounter } from "../base/counter.ts";
import type { Walk } from "../fact.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { effectiveNumber } from "../statistics/effective-number.ts";
import { measureConversation } from "../trajectories/conversation.ts";
import { repositoryOf } from "./origin.ts";

/** What only shows in all samples together. Holds a hash, an id and the shape of first words, and no sample. */
export interface Whole {
  /** The sample with the same conversation that came before, if one did. */
  add(walk: Walk): string | undefined;
  counts(): WholeCounts;
}

export interface WholeCounts {
  readonly samples: number;
  readonly instances: number;
  readonly repositories: number;
  /** As many repositories of equal share would be spread so, as in a dataset's manifest. Null without one. */
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
  const [repositories, templates] = [createCounter(), createCounter()];
  let [samples, written, characters] = [0, 0, 0];
  return {
    add({ sample }) {
      samples++;
      if (sample.instance !== null) instances.add(sample.instance);
      addKnown(repositories, repositoryOf(sample));
      addKnown(templates, templateOf(sample.events));
      const conversation = measureConversation(sample.events);
      written += conversation.written;
      characters += conversation.characters;
      const twin = seen.get(conversation.key);
      if (twin === undefined) seen.set(conversation.key, sample.id);
      return twin;
    },
    counts() {
      const ofRepositories = Object.values(repositories.counts());
      const ofTemplates = Object.values(templates.counts());
      return {
        samples,
        instances: instances.size,
        repositories: ofRepositories.length,
        effective_repositories: effectiveNumber(ofRepositories),
        templates: ofTemplates.length,
        commonest_template: ofTemplates.reduce((most, count) => Math.max(most, count), 0),
        trained_share: characters === 0 ? null : Math.round((written / characters) * 1000) / 1000,
      };
    },
  };
}

function addKnown(counter: Counter, name: string | undefined): void {
  if (name !== undefined) counter.add(name);
}

/** The first sentence or two of what the user says, without what differs from instance to instance. */
export function templateOf(events: readonly ForeignEvent[]): string | undefined {
  const first = events.find((event) => event.type === "input" && event.role === "user");
  if (first?.type !== "input") return undefined;
  return first.content
    .slice(0, 400)
    .replaceAll(/`[^`]*`|"[^"]*"|\S*[/\\_.]\S*|\d+/g, "·")
    .replaceAll(/\s+/g, " ")
    .slice(0, 120);
}
