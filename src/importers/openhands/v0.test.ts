import { describe, expect, it } from "vitest";
import { describeImporterConformance } from "../conformance.ts";
import { openhandsRow } from "../testing/documents.ts";
import { eventsOf, readAs } from "../testing/read.ts";
import { openhands } from "./v0.ts";

describeImporterConformance(openhands, { "an evaluation row": openhandsRow, "an old row": oldRow() });

function oldRow() {
  return {
    issue: { owner: "o", repo: "r", number: 1 },
    git_patch: "diff --git a/x b/x\n",
    success: true,
    error: null,
    history: [
      { action: "message", content: "Fix it", wait_for_response: false },
      { action: "run", command: "ls", thought: "Looking.", keep_prompt: true },
      { observation: "run", content: "a.py", command: "ls", exit_code: 0 },
      { action: "finish", thought: "Done", outputs: {} },
    ],
  };
}

describe("a row of OpenHands before its SDK", () => {
  it("is read from the answers of the model, not from what became of them", () => {
    const sample = readAs(openhands, openhandsRow);
    expect(sample).toMatchObject({
      instance: "o__r-1",
      repository: { name: "o/r", commit: "abc" },
      agent: { name: "openhands", version: "0.35.0" },
      model: "teacher",
      grade: { kind: "claimed", resolved: true, by: "test_result.report.resolved" },
      usage: { inputTokens: 100, outputTokens: 5 },
      dollars: 0.25,
      seconds: 5,
      repaired: ["time-without-zone"],
    });
    expect(eventsOf(sample)).toEqual([
      "start bash",
      "system: You can act.",
      "user: Fix it",
      'turn: Looking. c1=bash{"command":"ls"}',
      "result c1: a.py\n[exit code 0]",
      "turn: Done c2=finish{}",
      "end finished",
    ]);
    expect(sample.lost).toContain("history.recall");
    expect(sample.lost).toContain("metadata.llm_config.base_url");
    expect(sample.lost).not.toContain("history.args.command");
  });

  it("has no ids in the oldest ones, whose events are not nested", () => {
    const sample = readAs(openhands, oldRow());
    expect(eventsOf(sample)).toEqual([
      "start",
      "user: Fix it",
      'turn: Looking. call_1=run{"command":"ls"}',
      "result call_1: a.py",
      'turn: Done call_2=finish{"outputs":{}}',
      "end finished",
    ]);
    expect(sample.grade).toEqual({ kind: "claimed", resolved: true, by: "success" });
    expect(sample.repaired).toEqual(["missing-call-id", "result-by-order"]);
  });

  it("says that the model was given another history", () => {
    const row = structuredClone(openhandsRow);
    const { history } = row as { history: object[] };
    history.splice(5, 0, {
      id: 9,
      source: "agent",
      action: "condensation",
      args: { forgotten_event_ids: [3, 4], summary: "Files: a.py", summary_offset: 2 },
    });
    const context = readAs(openhands, row).events.find((event) => event.type === "context");
    expect(context).toMatchObject({
      messages: [
        { role: "system", content: "You can act." },
        { role: "user", content: "Fix it" },
        { role: "user", content: "Files: a.py" },
      ],
    });
  });
});
