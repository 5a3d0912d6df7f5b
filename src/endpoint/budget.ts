/** No session may hold more than this part, so that one that means ill leaves room for the others. */
const SESSION_PART = 1 / 4;

/** Bytes that may be held by all exchanges together until they are on disk. */
export class Budget {
  readonly #bytes: number;
  readonly #held = new Map<string, number>();
  #all = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  take(session: string, bytes: number): boolean {
    const held = (this.#held.get(session) ?? 0) + bytes;
    if (held > this.#bytes * SESSION_PART || this.#all + bytes > this.#bytes) return false;
    this.#held.set(session, held);
    this.#all += bytes;
    return true;
  }

  give(session: string, bytes: number): void {
    const held = (this.#held.get(session) ?? 0) - bytes;
    if (held > 0) this.#held.set(session, held);
    else this.#held.delete(session);
    this.#all -= bytes;
  }
}
