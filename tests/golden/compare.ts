/** A message of a row, ours or a published one. Calls that are not text stand in `content` too, as JSON. */
export interface Message {
  readonly role: string;
  readonly content: string;
}

/** A difference that is understood: it makes what was published out of what we write. */
export interface Class {
  readonly name: string;
  /** Of the whole row: messages that one has and the other has not. */
  readonly ofRow?: (ours: readonly Message[], theirs: readonly Message[]) => readonly Message[];
  /** Of one message; what it gives back is compared on. */
  readonly ofMessage?: (ours: Message, theirs: Message, place: number) => string;
}

export interface Comparison {
  readonly messages: number;
  readonly equal: number;
  /** How many messages each class explains; a message may have several. */
  readonly classes: ReadonlyMap<string, number>;
  readonly unexplained: readonly { readonly place: number; readonly ours: string; readonly theirs: string }[];
}

/**
 * A row of ours against the one that was published. A class counts only where the classes together make exactly the published message; otherwise
 * the message is unexplained, and no class is credited.
 */
export function compareRow(
  ours: readonly Message[],
  theirs: readonly Message[],
  classes: readonly Class[],
): Comparison {
  const counts = new Map<string, number>();
  const count = (name: string, more: number) => counts.set(name, (counts.get(name) ?? 0) + more);
  let shaped = ours;
  for (const { name, ofRow } of classes) {
    if (ofRow === undefined) continue;
    const next = ofRow(shaped, theirs);
    if (next.length !== shaped.length) count(name, Math.abs(next.length - shaped.length));
    shaped = next;
  }
  const unexplained: Comparison["unexplained"][number][] = [];
  let equal = 0;
  for (let place = 0; place < Math.max(shaped.length, theirs.length); place++) {
    const [mine, other] = [shaped[place], theirs[place]];
    const read = mine === undefined || other === undefined ? undefined : explain(mine, other, place, classes);
    if (read === undefined)
      unexplained.push({ place, ours: mine?.content ?? "(none)", theirs: other?.content ?? "(none)" });
    else if (read.length === 0) equal++;
    else for (const name of read) count(name, 1);
  }
  return { messages: theirs.length, equal, classes: counts, unexplained };
}

/** The classes that make theirs of ours, none where they are equal; undefined where they do not. */
function explain(
  ours: Message,
  theirs: Message,
  place: number,
  classes: readonly Class[],
): readonly string[] | undefined {
  if (ours.role !== theirs.role) return undefined;
  const used: string[] = [];
  let { content } = ours;
  for (const { name, ofMessage } of classes) {
    if (content === theirs.content) break;
    const next = ofMessage?.({ role: ours.role, content }, theirs, place) ?? content;
    if (next !== content) used.push(name);
    content = next;
  }
  return content === theirs.content ? used : undefined;
}
