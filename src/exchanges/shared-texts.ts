/**
 * Agents send their whole history with every request, so that a session's requests grow with the square of its length. A request is kept
 * as what it does not share with an earlier one: its file grows with the conversation.
 *
 * Which earlier texts may be referred to is part of the file's format, so that writer and reader agree: a text that most of which was
 * taken over by a later one is replaced by that, and of the others the last `KEPT` remain.
 */
const KEPT = 16;
/** Below that many characters in common, a text is kept whole. */
const WORTH_SHARING = 256;

export interface SharedText {
  /** The exchange whose request begins and ends the same. */
  readonly shares_with: number;
  /** Characters (UTF-16 units) that both begin with, and that both end with. */
  readonly start: number;
  readonly end: number;
  /** What stands between. */
  readonly text: string;
}

export class SharedTexts {
  /** By exchange number, the least recently added first. */
  readonly #texts = new Map<number, string>();

  /** Takes in the text of exchange `number` and says how to keep it. */
  share(number: number, text: string): SharedText | undefined {
    let best: SharedText | undefined;
    for (const [other, known] of this.#texts) {
      const shared = compare(other, known, text);
      if (best === undefined || shared.text.length <= best.text.length) best = shared;
    }
    const shared = best !== undefined && best.start + best.end >= WORTH_SHARING ? best : undefined;
    this.#keep(number, text, shared);
    return shared;
  }

  /** The whole text again; undefined where the one that it shares with is not there. */
  restore(number: number, shared: SharedText): string | undefined {
    const known = this.#texts.get(shared.shares_with);
    if (known === undefined || shared.start + shared.end > known.length) return undefined;
    const text = known.slice(0, shared.start) + shared.text + known.slice(known.length - shared.end);
    this.#keep(number, text, shared);
    return text;
  }

  /** Takes in a text that was kept whole. */
  add(number: number, text: string): void {
    this.#keep(number, text, undefined);
  }

  #keep(number: number, text: string, shared: SharedText | undefined): void {
    if (text.length < WORTH_SHARING) return;
    const parent = shared === undefined ? undefined : this.#texts.get(shared.shares_with);
    if (shared !== undefined && parent !== undefined && (shared.start + shared.end) * 2 > parent.length)
      this.#texts.delete(shared.shares_with);
    this.#texts.set(number, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > KEPT && oldest !== undefined) this.#texts.delete(oldest);
  }
}

function compare(number: number, known: string, text: string): SharedText {
  const longest = Math.min(known.length, text.length);
  const start = countWhile(longest, (from, to) => known.slice(from, to) === text.slice(from, to));
  const end = countWhile(
    longest - start,
    (from, to) =>
      known.slice(known.length - to, known.length - from) ===
      text.slice(text.length - to, text.length - from),
  );
  return { shares_with: number, start, end, text: text.slice(start, text.length - end) };
}

const STRIDE = 65_536;

/**
 * How far two texts of `length` are the same. The history is long and mostly the same: long slices are compared at once, shorter ones where
 * those differ. One character after the other would hold up everybody else for seconds.
 */
function countWhile(length: number, same: (from: number, to: number) => boolean): number {
  let count = 0;
  for (let stride = STRIDE; stride >= 1; stride /= 2)
    while (count + stride <= length && same(count, count + stride)) count += stride;
  return count;
}
