/** Many texts as a long one and where each ends, for 100,000 of them are cut out only when they are asked for. */
export class Texts {
  readonly all: string;
  readonly ends: Float64Array;

  constructor(all: string, ends: Float64Array) {
    this.all = all;
    this.ends = ends;
  }

  static of(texts: readonly string[]): Texts {
    let end = 0;
    const ends = Float64Array.from(texts, (text) => (end += text.length));
    return new Texts(texts.join(""), ends);
  }

  get length(): number {
    return this.ends.length;
  }

  /** @throws RangeError where there is none. */
  at(place: number): string {
    const end = this.ends[place];
    if (end === undefined) throw new RangeError(`there is no text ${place}`);
    return this.all.slice(this.ends[place - 1] ?? 0, end);
  }
}
