/** Counts by name, sorted when read. */
export interface Counter {
  add(name: string, by?: number): void;
  total(): number;
  counts(): Record<string, number>;
}

export function createCounter(): Counter {
  const values = new Map<string, number>();
  return {
    add: (name, by = 1) => void values.set(name, (values.get(name) ?? 0) + by),
    total: () => [...values.values()].reduce((sum, value) => sum + value, 0),
    counts: () => Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
