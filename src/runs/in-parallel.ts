/**
 * Does `work` for each item, at most `concurrency` at a time. The first failure stops new items, lets
 * `onFailure` end what runs, waits for it, and is thrown.
 */
export async function inParallel<T>(
  items: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  let pulling: Promise<unknown> = Promise.resolve();
  const pull = () => {
    const next = pulling.then(() => iterator.next());
    pulling = next.catch(() => {});
    return next;
  };
  const worker = async () => {
    while (failures.length === 0 && !signal.aborted) {
      const next = await pull();
      if (next.done === true) return;
      await work(next.value);
    }
  };
  const guarded = () =>
    worker().catch((error: unknown) => {
      failures.push(error);
      if (failures.length === 1) onFailure(error);
    });
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, guarded));
  await iterator.return?.();
  if (failures.length > 0) throw failures[0];
  signal.throwIfAborted();
}
