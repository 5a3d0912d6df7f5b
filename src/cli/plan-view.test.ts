import { expect, it } from "vitest";
import { planRun } from "../runs/outlook/plan-run.ts";
import { renderPlan } from "./plan-view.ts";

it("says what a rollout would do, and what is not known", () => {
  const solvers = [{ name: "solver", agent: "scripted" }];
  const config = { solvers, attempts: 2 };
  const text = renderPlan(planRun({ config, instances: ["a", "b"], quarantined: 1, concurrency: 2 }));
  expect(text).toContain("2 instances, 1 in quarantine and left out");
  expect(text).toContain("targets  4: 0 done, 0 owed, 4 to be declared");
  expect(text).toContain('time     unknown; "--like RUN" names a run to judge from');
});
