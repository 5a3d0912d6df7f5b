import { openSourceTrees, type SourceTrees } from "../datasets/source-trees.ts";
import type { InstancePair } from "../instance.ts";

/** Repositories that nobody uses now and that stay open all the same, for the next attempt. */
const IDLE_REPOSITORIES = 4;

interface Held {
  readonly trees: SourceTrees;
  users: number;
}

/** The trees of a dataset's repositories, each open for as long as an attempt reads it. */
export class TreePool implements AsyncDisposable {
  readonly #dataset: string;
  /** The one used last comes last. */
  readonly #held = new Map<string, Held>();

  constructor(dataset: string) {
    this.#dataset = dataset;
  }

  async use<T>({ instance }: InstancePair, work: (trees: SourceTrees) => Promise<T>): Promise<T> {
    const key = instance.repository.tree;
    const held = this.#held.get(key) ?? { trees: openSourceTrees(this.#dataset), users: 0 };
    held.users++;
    this.#held.delete(key);
    this.#held.set(key, held);
    try {
      return await work(held.trees);
    } finally {
      held.users--;
      await this.#closeIdle();
    }
  }

  async #closeIdle(): Promise<void> {
    const idle = [...this.#held].filter(([, { users }]) => users === 0);
    for (const [key, { trees }] of idle.slice(0, Math.max(0, idle.length - IDLE_REPOSITORIES))) {
      this.#held.delete(key);
      await trees[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { trees } of this.#held.values()) await trees[Symbol.asyncDispose]();
    this.#held.clear();
  }
}
