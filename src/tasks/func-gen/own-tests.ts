import type { Json } from "../../base/json.ts";
import type { NamedDefinition } from "../checks/find-definition.ts";
import type { DriverReport } from "./driver-lines.ts";

interface TestsRun {
  readonly target: NamedDefinition;
  readonly roots: readonly string[];
  readonly nodes: readonly string[];
  /** For each phase of a test. */
  readonly seconds: number;
  /** For all of them, in seconds. */
  readonly limit: number;
}

/** What the driver is told that runs tests over the function as it stands in its file. */
export function testsJob({ target, roots, nodes, seconds, limit }: TestsRun): Record<string, Json> {
  return {
    path: target.path,
    qualified_name: target.qualified_name,
    ordinal: target.ordinal,
    roots: [...roots],
    nodes: [...nodes],
    seconds,
    limit,
  };
}

export interface TestResult {
  /** `passed`, `failed` or `skipped`. */
  readonly outcome: string;
  /** How often the function was entered. */
  readonly calls: number;
}

/** What was said of each test, by its name. Of whom two things are said, nothing is known. */
export function testResults(
  nodes: readonly string[],
  { lines }: DriverReport,
): ReadonlyMap<string, TestResult> {
  const found = new Map<string, TestResult>();
  const twice = new Set<string>();
  for (const { node: place, outcome, calls } of lines) {
    const node = typeof place === "number" ? nodes[place] : undefined;
    if (node === undefined || typeof outcome !== "string" || typeof calls !== "number") continue;
    if (found.has(node)) twice.add(node);
    found.set(node, { outcome, calls });
  }
  for (const node of twice) found.delete(node);
  return found;
}
