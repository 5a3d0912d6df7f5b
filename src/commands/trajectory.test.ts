import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { call, end, input, result, start, turn } from "../exporters/testing/records.ts";
import { runCommand } from "../testing/command-line.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "trajectory-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const events: TrajectoryEvent[] = [
  start("a.1.1", "a"),
  input("user", "Find it"),
  turn({ content: "Looking", tool_calls: [call("x")], usage: { inputTokens: 120, outputTokens: 7 } }),
  result("x", "README.md\nsetup.py"),
  turn({ content: "Done" }),
  end(),
];
const steps = () => path.join(folder, "steps.jsonl");
const write = (list: readonly TrajectoryEvent[]) =>
  writeFile(steps(), list.map((event) => `${JSON.stringify(event)}\n`).join(""));

it("shows a record step by step, as text and as ATIF", async () => {
  await write(events);
  const shown = await runCommand(["trajectory", "show", folder]);
  expect(shown.stdout).toBe(
    [
      "a.1.1 · loop 1 · teacher · 3 steps · 120 tokens in, 7 out · finished",
      "   1 user   +0.0 s",
      "         Find it",
      "   2 agent  +0.0 s, 120 in, 7 out",
      "         Looking",
      '       → bash {"command":"ls"}',
      "       ← README.md",
      "         setup.py",
      "   3 agent  +0.0 s",
      "         Done",
      "",
    ].join("\n"),
  );
  const [atif] = (await runCommand(["trajectory", "show", steps(), "--json"])).rows();
  await writeFile(path.join(folder, "trajectory.json"), JSON.stringify(atif));
  expect((await runCommand(["trajectory", "show", path.join(folder, "trajectory.json")])).stdout).toBe(
    shown.stdout,
  );
  expect((await runCommand(["trajectory", "check", folder])).stdout).toBe("2 files checked, 0 findings\n");
});

it("checks a folder, and says what a killed writer left without calling it a fault", async () => {
  await write(events.slice(0, 4));
  const cut = await runCommand(["trajectory", "check", folder]);
  expect([cut.code, cut.stdout]).toEqual([0, "1 files checked, 1 of them cut off, 0 findings\n"]);

  await appendFile(steps(), '{"type":"tu');
  const torn = await runCommand(["trajectory", "check", steps()]);
  expect(torn.code).toBe(1);
  expect(torn.stdout).toContain(`${steps()}:5: torn: `);

  await writeFile(steps(), '{"type":"nothing"}\n');
  const [finding, counts] = (await runCommand(["trajectory", "check", steps(), "--json"])).rows();
  expect(finding).toMatchObject({ code: "not-an-event", line: 1, file: steps() });
  expect(counts).toEqual({ files: 1, findings: 1, interrupted: 0 });
});

it("refuses what is no trajectory, with a way on", async () => {
  const refused = await runCommand(["trajectory", "show", folder]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("holds no trajectory");
  expect((await runCommand(["trajectory", "check", path.join(folder, "nowhere")])).code).toBe(2);
});
