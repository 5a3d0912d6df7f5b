/** Waiting calls: first come, first served within a run; between runs, the one with the fewest under way. */
export class FairQueue<T> {
  readonly #runs = new Map<string, Run<T>>();
  #number = 0;

  get length(): number {
    return [...this.#runs.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  push(run: string, item: T): void {
    this.#run(run).waiting.push({ item, number: this.#number++ });
  }

  /** False when it waits no more. */
  remove(run: string, item: T): boolean {
    const { waiting } = this.#run(run);
    const at = waiting.findIndex((entry) => entry.item === item);
    if (at >= 0) waiting.splice(at, 1);
    this.#forget(run);
    return at >= 0;
  }

  /** The next of each run that has one, in the order in which they are to be served. */
  heads(): T[] {
    const runs = [...this.#runs.values()].flatMap(({ waiting: [head], underWay }) =>
      head === undefined ? [] : [{ ...head, underWay }],
    );
    return runs.sort((a, b) => a.underWay - b.underWay || a.number - b.number).map(({ item }) => item);
  }

  began(run: string): void {
    this.#run(run).underWay++;
  }

  ended(run: string): void {
    this.#run(run).underWay--;
    this.#forget(run);
  }

  #run(name: string): Run<T> {
    let run = this.#runs.get(name);
    if (run === undefined) this.#runs.set(name, (run = { waiting: [], underWay: 0 }));
    return run;
  }

  #forget(name: string): void {
    const { waiting, underWay } = this.#run(name);
    if (waiting.length === 0 && underWay === 0) this.#runs.delete(name);
  }
}

interface Run<T> {
  readonly waiting: { readonly item: T; readonly number: number }[];
  underWay: number;
}
