/** What is to be let go of together, the last first. `AsyncDisposableStack` does the same, but Node 22 does not have it. */
export class Disposals implements AsyncDisposable {
  #owned: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(one: T): T {
    this.#owned.push(one);
    return one;
  }

  /** All of it, for somebody else: this one lets go of nothing any more. */
  move(): Disposals {
    const moved = new Disposals();
    moved.#owned = this.#owned;
    this.#owned = [];
    return moved;
  }

  /** Whatever one of them throws, the others are let go of. */
  async [Symbol.asyncDispose](): Promise<void> {
    const one = this.#owned.pop();
    if (one === undefined) return;
    try {
      await one[Symbol.asyncDispose]();
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }
}
