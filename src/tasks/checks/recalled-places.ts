import { z } from "zod";
import type { InstancePair } from "../../instance.ts";
import type { Recall } from "../../task.ts";

/** Where a model says that something is. */
interface NamedPlace {
  readonly path: string;
  /** Names from the module down, such as `Client.send`. */
  readonly name: string;
}

const answerSchema = z.object({
  places: z.array(z.object({ path: z.string(), name: z.string().default("") })),
});

/** A question whose answer is a list of places. */
export function recallPlaces(
  { instance }: InstancePair,
  what: string,
  isRight: (named: readonly NamedPlace[]) => boolean,
): Recall {
  const question = [
    instance.instruction,
    `You cannot look at the repository (${instance.repository.name}) and cannot change it. Answer from memory: ${what}, by path from the repository's root and by name, such as Client.send for a method.`,
    'Answer with one JSON object: {"places": [{"path": "folder/file.py", "name": "Client.send"}]}',
  ];
  return {
    question: question.join("\n\n"),
    read(answer) {
      const named = placesIn(answer);
      if (named === undefined) return { right: false, reason: "unreadable" };
      return isRight(named)
        ? { right: true, reason: "places-named" }
        : { right: false, reason: "other-places-named" };
    },
  };
}

/** Whether all of them are named, and nothing else; several of one name in a file count as one. */
export function areExactly(
  named: readonly NamedPlace[],
  wanted: readonly { readonly path: string; readonly qualified_name: string }[],
): boolean {
  const left = new Set(named.map(({ path, name }) => `${path} ${name}`));
  const right = new Set(wanted.map(({ path, qualified_name: name }) => `${path} ${name}`));
  return left.size === right.size && left.isSubsetOf(right);
}

/** Braces that are tried as the beginning of the object: thoughts may come before it. */
const MOST_TRIES = 50;

function placesIn(answer: string): NamedPlace[] | undefined {
  const end = answer.lastIndexOf("}") + 1;
  const starts = [...answer.matchAll(/\{/g)].slice(0, MOST_TRIES);
  for (const { index } of starts) {
    const read = answerSchema.safeParse(jsonIn(answer.slice(index, end)));
    if (read.success) return read.data.places.map(tidy);
  }
  return undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tidy({ path, name }: NamedPlace): NamedPlace {
  return { path: path.trim().replace(/^(?:\.?\/)+/, ""), name: name.trim().replace(/\(\)$/, "") };
}
