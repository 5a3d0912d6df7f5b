import type { Dataset } from "../datasets/open.ts";
import type { InstancePair } from "../instance.ts";

/** More than attempts at a time; some ten kilobytes each. */
const KEPT = 256;

/**
 * Instances by their ids, for a run that asks for them roughly in the order of the file: it is read on from where it stands, and only the
 * last ones are kept, so that a dataset of any size fits in memory. What lies behind is found by reading from the start again.
 */
export class PairWindow implements AsyncDisposable {
  readonly #dataset: Pick<Dataset, "pairs" | "find">;
  readonly #kept = new Map<string, InstancePair>();
  #rows: AsyncGenerator<InstancePair>;
  /** One reads at a time. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(dataset: Pick<Dataset, "pairs" | "find">) {
    this.#dataset = dataset;
    this.#rows = dataset.pairs();
  }

  /** @throws InputError `no-such-instance`. */
  get(instance: string): Promise<InstancePair> {
    const found = this.#reading.then(() => this.#find(instance));
    this.#reading = found.catch(() => {});
    return found;
  }

  async #find(instance: string): Promise<InstancePair> {
    const pair = this.#kept.get(instance) ?? (await this.#readTo(instance));
    if (pair !== undefined) return pair;
    await this.#rows.return(undefined);
    this.#rows = this.#dataset.pairs();
    return (await this.#readTo(instance)) ?? this.#dataset.find(instance);
  }

  async #readTo(instance: string): Promise<InstancePair | undefined> {
    for (;;) {
      const { done, value } = await this.#rows.next();
      if (done === true) return undefined;
      this.#kept.set(value.instance.id, value);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
      if (value.instance.id === instance) return value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reading;
    await this.#rows.return(undefined);
  }
}
