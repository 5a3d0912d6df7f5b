import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { LedgerEvent } from "../run.ts";
import { stageRun, writeRun } from "../runs/testing/stage-run.ts";
import { stepsFile } from "../stores/local/layout.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { openRunGovernor } from "./run-governor.ts";

const MODEL = { name: "m", base_url: "http://localhost:1/v1", api: "openai" } as const;
const USAGE = { inputTokens: 1_000_000, outputTokens: 0 };

it("a run that goes on has spent what was interrupted before there was a price, and what a killed process had under way", async () => {
  await using folder = await temporaryFolder();
  const run = folder.file("run");
  // At $1 a million tokens: one ended, one interrupted, one under way.
  const staged = stageRun(
    { a: "+", b: ">", c: ">" },
    {
      config: { solvers: [{ name: "solver", agent: "loop", model: MODEL }] },
      attempt: (attempt) => ({ ...attempt, model: "m", usage: USAGE }),
    },
  );
  const interrupted: LedgerEvent = {
    type: "interrupted",
    at: "2026-01-01T02:00:00.000Z",
    attempt: "b.1.1",
    target: "b.1",
    reason: "drained",
    steps: 1,
    usage: USAGE,
  };
  await writeRun(run, { ...staged, events: [...staged.events, interrupted] });
  const steps = stepsFile(run, "c.1.1");
  await mkdir(path.dirname(steps), { recursive: true });
  const turn = {
    type: "turn",
    at: interrupted.at,
    content: "",
    tool_calls: [],
    usage: { inputTokens: 1_000_000 },
  };
  await writeFile(steps, `${JSON.stringify(turn)}\n`);

  const prices = new Map([["m", { input: 1, output: 1 }]]);
  const budgetOf = (dollars: number) =>
    openRunGovernor(run, {
      prices,
      budgets: { run: { dollars } },
      sharing: "process",
      places: { meeting: folder.file("m"), spend: folder.file("spend") },
    });
  const asked = { endpoint: MODEL.base_url, model: "m", run };
  await using spent = await budgetOf(3);
  await expect(spent.ready(asked)).rejects.toMatchObject({ code: "run-budget-spent", fields: { spent: 3 } });
  await using more = await budgetOf(3.5);
  await more.ready(asked);
});
