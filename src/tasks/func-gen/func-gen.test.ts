import { expect, test } from "vitest";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { describeTaskConformance, draftsOf, proposals } from "../conformance.ts";
import { memoryProject } from "../fixture.ts";
import { FIXTURE_FILES, FIXTURE_OPTIONS } from "./fixture.ts";
import { funcGen } from "./index.ts";
import { TEMPLATE_IDS, WORDINGS } from "./templates.ts";
import { memoryRunner } from "./testing/sandboxes.ts";

const syntaxes = await loadSyntaxes();
const family = funcGen(syntaxes);

describeTaskConformance(family, {
  project: () => memoryProject(FIXTURE_FILES, syntaxes),
  options: FIXTURE_OPTIONS,
  atLeast: 3,
  runner: () => memoryRunner(),
  named: (draft) => [draft.place.path],
});

test("what cannot be asked is rejected with its reason, and an instance says how well it is tested", async () => {
  await using runner = memoryRunner();
  const project = await memoryProject(FIXTURE_FILES, syntaxes);
  const all = await proposals(family, project, FIXTURE_OPTIONS, { runner });
  const rejected = all.flatMap((one) => (one.kind === "rejected" ? [[one.place.name, one.reason]] : []));
  expect(Object.fromEntries(rejected)).toEqual({
    moment: "too-few-calls",
    keeps_until: "too-few-calls",
    nobody: "never-called",
  });
  const drafts = draftsOf(all);
  expect(drafts.map(({ place }) => place.name).sort()).toEqual(["Ledger.add", "label", "pack"]);
  for (const draft of drafts) {
    expect(draft.secretFacts["mutation_score"]).toBeGreaterThanOrEqual(0.6);
    expect(draft.secretFacts["calls_varied"]).toBeGreaterThan(0);
    expect(draft.facts["principles"]).toMatchObject({ repository_exploration: "does-not-apply" });
    expect(WORDINGS.heldOut).not.toContain(draft.variant["template"]);
  }
});

test("there are wordings enough, some of them held out", () => {
  expect(TEMPLATE_IDS.length - WORDINGS.heldOut.length).toBeGreaterThanOrEqual(8);
  expect(family.parseOptions({ template: WORDINGS.heldOut[0] ?? null })["template"]).toBe(
    WORDINGS.heldOut[0],
  );
});
