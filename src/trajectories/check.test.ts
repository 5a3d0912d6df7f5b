import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dialects } from "../dialects/index.ts";
import { EXCHANGE_FORMAT, type Exchange } from "../exchange.ts";
import { call, end, input, malformedCall, result, start, turn } from "../exporters/testing/records.ts";
import { trajectoryEventSchema, type TrajectoryEvent } from "../trajectory.ts";
import { checkAgainstExchanges } from "./check-exchanges.ts";
import { checkEvents, type FindingCode } from "./check.ts";
import { anyRecord } from "./testing/records.ts";

const at = "2026-11-02T10:00:00.000Z";
const first = start("a.1.1", "a");
const good: TrajectoryEvent[] = [
  first,
  input("user", "Find it"),
  turn({ tool_calls: [call("a"), call("b")] }),
  result("b"),
  result("a"),
  turn({ content: "Done" }),
  end(),
];

const codesOf = (events: readonly TrajectoryEvent[]) => checkEvents(events).map(({ code }) => code);

describe("checking a record", () => {
  it("finds nothing in a good one", () => {
    expect(checkEvents(good)).toEqual([]);
  });

  it.each<[FindingCode, number, TrajectoryEvent[]]>([
    ["no-start", 1, good.slice(1)],
    ["misplaced-event", 2, good.toSpliced(1, 1, first)],
    ["interrupted", 0, good.slice(0, -1)],
    [
      "time-goes-back",
      3,
      good.toSpliced(2, 1, { ...turn(), at: "2026-11-02T09:59:59.000Z" }).toSpliced(3, 2),
    ],
    ["result-without-call", 4, good.toSpliced(3, 0, result("z"))],
    ["missing-result", 3, good.toSpliced(3, 1)],
    [
      "repeated-call-id",
      3,
      good
        .toSpliced(2, 1, turn({ tool_calls: [call("a"), call("b"), call("b")] }))
        .toSpliced(3, 0, result("b")),
    ],
    ["unknown-branch", 2, good.toSpliced(1, 0, onBranch("other-9", turn()))],
    ["repeated-branch", 3, good.toSpliced(1, 0, begin("x"), begin("x"))],
  ])("%s, at line %i", (code, line, events) => {
    expect(checkEvents(events).map((finding) => [finding.code, finding.line])).toContainEqual([code, line]);
  });

  it("takes a last call without a result for what a cap or a kill leaves, unless the agent ended by itself", () => {
    const cut = [first, turn({ tool_calls: [call("a")] })];
    expect(codesOf([...cut, end("deadline")])).toEqual([]);
    expect(codesOf([...cut, end("finished")])).toEqual(["missing-result"]);
  });

  it("pairs calls and results within their branch", () => {
    const helper: TrajectoryEvent[] = [
      begin("sub-agent-2"),
      onBranch("sub-agent-2", turn({ tool_calls: [call("a")] })),
      onBranch("sub-agent-2", result("a")),
    ];
    expect(codesOf(good.toSpliced(3, 0, ...helper))).toEqual([]);
  });

  it("says something of any record, and never fails", () => {
    fc.assert(fc.property(anyRecord, (events) => Array.isArray(checkEvents(events))));
  });
});

describe("checking turns against their exchanges", () => {
  const check = (said: TrajectoryEvent, exchanges: readonly Exchange[]) =>
    checkAgainstExchanges([first, said], exchanges, (name) => dialects[name]);
  const answer = {
    role: "assistant",
    content: "Looking",
    tool_calls: [{ id: "a", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } }],
  };
  const said = turn({ content: "Looking", tool_calls: [call("a")], exchange: 1 });

  it("finds nothing where they say the same", () => {
    expect(check(said, [exchange(answer)])).toEqual([]);
    const broken = {
      ...answer,
      tool_calls: [{ ...answer.tool_calls[0], function: { name: "bash", arguments: "{" } }],
    };
    expect(
      check(turn({ content: "Looking", tool_calls: [malformedCall("a", "{")], exchange: 1 }), [
        exchange(broken),
      ]),
    ).toEqual([]);
  });

  it.each<[FindingCode, string, TrajectoryEvent, readonly Exchange[]]>([
    ["no-such-exchange", "there is no exchange 1", said, []],
    [
      "differs-from-exchange",
      "another text",
      { ...said, content: "Done" } as TrajectoryEvent,
      [exchange(answer)],
    ],
    [
      "differs-from-exchange",
      "another reasoning",
      { ...said, reasoning: "hm" } as TrajectoryEvent,
      [exchange(answer)],
    ],
    ["differs-from-exchange", "another calls", turn({ content: "Looking", exchange: 1 }), [exchange(answer)]],
    ["exchange-unreadable", "exchange 1", said, [{ ...exchange(answer), response: undefined }]],
  ])("%s: %s", (code, message, event, exchanges) => {
    const [finding] = check(event, exchanges);
    expect(finding).toMatchObject({ code, line: 2 });
    expect(finding?.message).toContain(message);
  });
});

function begin(id: string): TrajectoryEvent {
  return { type: "branch", at, id, kind: "sub-agent", after: 0 };
}

function onBranch(branch: string, event: TrajectoryEvent): TrajectoryEvent {
  return trajectoryEventSchema.parse({ ...event, branch });
}

function exchange(message: object): Exchange {
  const text = (value: object) => ({ text: JSON.stringify(value) });
  return {
    schema_version: EXCHANGE_FORMAT,
    number: 1,
    at,
    dialect: "chat",
    request: {
      method: "POST",
      path: "/v1/chat/completions",
      headers: {},
      body: text({ model: "teacher", messages: [{ role: "user", content: "Find it" }] }),
    },
    response: {
      status: 200,
      headers: { "content-type": "application/json" },
      body: text({ model: "teacher", choices: [{ index: 0, message, finish_reason: "stop" }] }),
      complete: true,
    },
    ms: 1,
  };
}
