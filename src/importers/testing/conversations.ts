import * as fc from "fast-check";
import type { ExportInput } from "../../exporter.ts";
import { attemptOf, end, input, instanceOf, result, start, turn } from "../../exporters/testing/records.ts";
import { type ForeignEvent, type TrajectoryEvent, trajectoryEventSchema } from "../../trajectory.ts";

const at = "2026-11-02T10:00:00.000Z";

/** The attempt `one.1.1` with a record of these events, as an exporter gets it; events that say no time get one. */
export function exportInput(events: readonly ForeignEvent[]): ExportInput {
  return {
    attempt: attemptOf("one.1.1"),
    instance: instanceOf("one"),
    events: events.map((event) => trajectoryEventSchema.parse({ at, ...event })),
  };
}

const anyArguments = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map((value) => ({ arguments: JSON.parse(JSON.stringify(value)), malformed: false }));
const malformed = fc.constantFrom("{not json", "[1]", '"text"', "\u0000").map((text) => ({
  arguments: { malformed: text },
  malformed: true,
}));
const anyTurn = fc.record({
  content: fc.string(),
  reasoning: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  calls: fc.array(fc.oneof(anyArguments, malformed), { maxLength: 3 }),
});

/** Records that a chat format can hold: what goes around a turn, and after it exactly its results. */
export const anyConversation: fc.Arbitrary<TrajectoryEvent[]> = fc
  .tuple(fc.string(), fc.string(), fc.array(anyTurn, { minLength: 1, maxLength: 4 }), fc.string())
  .map(([system, user, turns, output]) => [
    start("one.1.1", "one"),
    input("system", system),
    input("user", user),
    ...turns.flatMap(({ content, reasoning, calls }, place) => {
      const made = calls.map((call, number) => ({ id: `${place}-${number}`, name: "bash", ...call }));
      return [
        turn({ content, tool_calls: made, ...(reasoning === undefined ? {} : { reasoning }) }),
        ...made.map(({ id }) => result(id, output)),
      ];
    }),
    end(),
  ]);
