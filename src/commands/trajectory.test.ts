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
  expect(counts).toEqual({ files: 1, findings: 1, interrupted: 0, unchecked: 0 });
});

it("refuses what is no trajectory, with a way on", async () => {
  const refused = await runCommand(["trajectory", "show", folder]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("holds no trajectory (no steps.jsonl or trajectory.json)");
  const unchecked = await runCommand(["trajectory", "check", folder]);
  expect(unchecked.stderr).toContain("(no steps.jsonl, exchanges.jsonl.gz or trajectory.json)");
  expect((await runCommand(["trajectory", "check", path.join(folder, "nowhere")])).code).toBe(2);
});

it("goes on after a document that is no JSON", async () => {
  await write(events);
  const broken = path.join(folder, "broken.json");
  await writeFile(broken, "{");
  const { code, stdout } = await runCommand(["trajectory", "check", broken, steps()]);
  expect(code).toBe(1);
  expect(stdout).toContain(`${broken}: not-atif: `);
  expect(stdout).toContain("2 files checked, 1 findings");
});

it.each(["ATIF-v1.0", "ATIF-v1.6", "ATIF-v1.8"])(
  "shows %s too, without what it does not know",
  async (version) => {
    await write(events);
    const shown = await runCommand(["trajectory", "show", steps()]);
    const ours = (await runCommand(["trajectory", "show", steps(), "--json"])).rows()[0] as object;
    const document = path.join(folder, "other.json");
    const other = JSON.stringify({ ...ours, schema_version: version, novelty: 1 });
    await writeFile(document, other.replaceAll('"step_id"', '"novelty":{},"step_id"'));
    expect((await runCommand(["trajectory", "show", document])).stdout).toBe(shown.stdout);
    const checked = await runCommand(["trajectory", "check", document]);
    expect([checked.code, checked.stdout]).toEqual([
      0,
      "1 files checked, 1 of them ATIF of another version and not held against it, 0 findings\n",
    ]);

    await writeFile(document, JSON.stringify({ ...ours, novelty: 1 }));
    expect((await runCommand(["trajectory", "check", document])).code).toBe(1);
    expect((await runCommand(["trajectory", "show", document])).code).toBe(2);
  },
);

it("shows control characters instead of sending them to the terminal", async () => {
  const hostile = "red \u001b[31m, title \u001b]0;x\u0007, c1 \u009b2J, over\rwritten";
  await write([
    start("a.1.1", "a"),
    turn({ content: hostile, tool_calls: [call("\u001b[2J")] }),
    result("\u001b[3J", hostile),
  ]);
  const { stdout } = await runCommand(["trajectory", "show", steps()]);
  expect(stdout).toContain("red \\x1b[31m, title \\x1b]0;x\\x07, c1 \\x9b2J, over\\x0dwritten");
  const checked = await runCommand(["trajectory", "check", steps()]);
  expect(checked.stdout).toContain("\\x1b[3J");
  expect(stdout + checked.stdout).not.toMatch(/(?![\n\t])\p{Cc}/u);
});
