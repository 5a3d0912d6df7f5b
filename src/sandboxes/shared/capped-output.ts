/** Output as it is kept while it streams in: the head and the tail, each half of the cap; the middle is counted and dropped. */
export class CappedOutput {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #total = 0;

  /** @param limit bytes to keep. */
  constructor(limit: number) {
    this.#headLimit = Math.ceil(limit / 2);
    this.#tailLimit = limit - this.#headLimit;
  }

  push(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#headLimit - this.#headBytes;
    const head = chunk.subarray(0, room);
    if (head.length > 0) this.#head.push(head);
    this.#headBytes += head.length;
    const rest = chunk.subarray(head.length);
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    // Joined only now and then, so that a flood of small chunks costs no more than its bytes.
    if (this.#tailBytes > 2 * this.#tailLimit + 65_536) this.#trimTail();
  }

  /** All bytes that were pushed, kept or not. */
  get totalBytes(): number {
    return this.#total;
  }

  get droppedBytes(): number {
    this.#trimTail();
    return this.#total - this.#headBytes - this.#tailBytes;
  }

  bytes(): Uint8Array {
    this.#trimTail();
    return new Uint8Array(Buffer.concat([...this.#head, ...this.#tail]));
  }

  #trimTail(): void {
    if (this.#tailBytes <= this.#tailLimit) return;
    const joined = Buffer.concat(this.#tail);
    this.#tail = [Buffer.from(joined.subarray(joined.length - this.#tailLimit))];
    this.#tailBytes = this.#tailLimit;
  }
}
