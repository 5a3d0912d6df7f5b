import { BENCHMARK_ROOTS } from "./benchmark-roots.ts";

/** The benchmark's repository that a history begins as: a fork of it under any name, however much it was rewritten since. */
export function matchRoots(roots: readonly string[]): string | undefined {
  return roots.map((root) => BENCHMARK_ROOTS.get(root)).find((name) => name !== undefined);
}
