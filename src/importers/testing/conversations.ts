import * as fc from "fast-check";
import type { ExportInput } from "../../exporter.ts";
import { end, input, result, sampleOf, start, turn } from "../../exporters/testing/records.ts";
import type { ForeignEvent, TrajectoryEvent } from "../../trajectory.ts";

/** The sample `one.1.1` with a record of these events, as an exporter gets it. */
export function exportInput(events: readonly ForeignEvent[]): ExportInput {
  return { sample: sampleOf("one.1.1", { events: [...events] }) };
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

/** No markup of its own, which no text form can tell from the form's. */
const plainText = fc
  .array(fc.constantFrom("a", "é", "{}", '"', " ", "\t", "\n", "\r\n", "🙂", "[1]", "</p>", "True"), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

/**
 * Records that a text form holds whole: each turn is one call with texts as arguments, and thoughts do not end in whitespace, since
 * what parts them from the call does.
 */
export const spokenConversation: fc.Arbitrary<TrajectoryEvent[]> = fc
  .array(
    fc.record({
      content: plainText.map((text) => text.trimEnd()),
      args: fc.dictionary(fc.constantFrom("command", "old_str", "file_text"), plainText),
      output: plainText.filter((text) => text !== ""),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((turns) => [
    start("one.1.1", "one"),
    input("system", "You can act."),
    input("user", "Fix it"),
    ...turns.flatMap(({ content, args, output }, place) => {
      const id = `call_${place + 1}`;
      const made = { id, name: "bash", arguments: args, malformed: false };
      return [turn({ content, tool_calls: [made] }), result(id, output)];
    }),
    end(),
  ]);
