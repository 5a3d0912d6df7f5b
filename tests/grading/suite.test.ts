import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Case } from "./cases.ts";
import { FUNC_GEN_CASES } from "./func-gen-cases.ts";
import { HARBOUR_CASES } from "./harbour-cases.ts";
import { ISSUE_CASES } from "./issue-cases.ts";
import { LOCALIZE_CASES } from "./localize-cases.ts";
import { SEARCH_CASES } from "./search-cases.ts";
import { SPOILED_CASES } from "./spoiled-cases.ts";
import { gradeCases, type GradedCase, numbered } from "./run-cases.ts";

/**
 * Honest, wrong, odd and hostile patches, graded as users grade: rows, predictions and repositories go into the command line,
 * one verdict per line comes out. Nothing of the grader is called here.
 */
const cases = numbered([
  ...LOCALIZE_CASES,
  ...SEARCH_CASES,
  ...ISSUE_CASES,
  ...SPOILED_CASES,
  ...HARBOUR_CASES,
  ...FUNC_GEN_CASES,
]);
let graded: ReadonlyMap<string, GradedCase>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "grading-"));
  graded = await gradeCases(folder, cases);
}, 1_800_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const titled = [...cases].map(([id, one]) => {
  const title = `${one.kind}: ${one.name} (${one.instance.name}) → ${[one.expected, ...one.reasons].join(", ")}`;
  return { id, one, title };
});

describe.each([...new Set(titled.map(({ one }) => one.instance.family))])("%s", (family) => {
  const mine = titled.filter(({ one }) => one.instance.family === family);
  it.each(mine)("$title", ({ id, one }) => {
    const { outcome, reasons, facts, cause } = graded.get(id) ?? {};
    const seen = { outcome, reasons, ...(cause === undefined ? {} : { cause, facts }) };
    if (outcome === one.expected) expect(reasons).toEqual(expect.arrayContaining([...one.reasons]));
    else
      expect({ ...seen, evidence: facts?.["evidence"] ?? facts?.["detail"] }).toEqual({
        outcome: one.expected,
      });
    expect(facts).toMatchObject(one.facts ?? {});
  });
});

it("prints how many came out right, class by class", () => {
  const lines = [...Map.groupBy(titled, ({ one }) => `${one.instance.family}: ${one.kind}`)].map(
    ([kind, some]) => `${kind}: ${count(some)}`,
  );
  const all = (expected: Case["expected"]) => titled.filter(({ one }) => one.expected === expected);
  lines.push(`good accepted ${count(all("solved"))}`, `bad rejected ${count(all("unsolved"))}`);
  process.stdout.write(`${lines.join("\n")}\n`);
  expect(titled.filter(({ id, one }) => graded.get(id)?.outcome !== one.expected)).toEqual([]);
});

function count(some: typeof titled): string {
  const right = some.filter(({ id, one }) => graded.get(id)?.outcome === one.expected);
  return `${right.length} of ${some.length}`;
}
