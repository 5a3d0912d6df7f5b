import { describe, expect, it } from "vitest";
import { describeImporterConformance } from "../conformance.ts";
import { sdkRow } from "../testing/documents.ts";
import { eventsOf, readAs } from "../testing/read.ts";
import { openhandsSdk } from "./sdk.ts";

describeImporterConformance(openhandsSdk, { "an evaluation row": sdkRow });

describe("a row of the OpenHands SDK", () => {
  it("has the calls of one answer in one turn, though they are events of their own", () => {
    const sample = readAs(openhandsSdk, sdkRow);
    expect(eventsOf(sample)).toEqual([
      "start terminal",
      "system: You can act.",
      "user: Fix it",
      'turn: Looking. c1=terminal{"command":"ls"} c2=terminal{"command":"pwd"}',
      "result c1: a.py",
      "result c2: /w",
      'turn: Looking. c3=terminal{"command":"cat"}',
      "result c3: no such tool",
      "end unstated",
    ]);
    expect(sample).toMatchObject({
      agent: { name: "openhands", version: "1.17.0" },
      model: "teacher",
      grade: { kind: "ungraded" },
      dollars: 0.5,
      usage: { inputTokens: 210, outputTokens: 11, cachedTokens: 120 },
      repaired: ["time-without-zone"],
    });
  });

  it("loses what the program added to a call, and says so", () => {
    const { lost } = readAs(openhandsSdk, sdkRow);
    expect(lost).toContain("history.action.is_input");
    expect(lost).toContain("history.ConversationStateUpdateEvent");
    expect(lost).not.toContain("history.action.command");
  });

  it("keeps the summary in the place of what was forgotten", () => {
    const row = structuredClone(sdkRow);
    const { history } = row as { history: object[] };
    history.push({
      kind: "Condensation",
      id: "k",
      forgotten_event_ids: ["a1", "o1", "o2"],
      summary: "Seen.",
      summary_offset: 2,
    });
    const context = readAs(openhandsSdk, row).events.find((event) => event.type === "context");
    expect(context?.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "user",
      "assistant",
      "tool",
    ]);
  });
});
