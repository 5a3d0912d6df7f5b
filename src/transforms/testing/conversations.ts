import fc from "fast-check";
import { end, input, result, sampleOf, start, turn } from "../../exporters/testing/records.ts";
import type { Sample } from "../../sample.ts";
import { estimatingCounter } from "../../text/token-counter.ts";
import { openTransforms } from "../apply.ts";
import { chooseTransform } from "../index.ts";

/** Records to transform, for tests. */
export function sampleWith(...between: Sample["events"]): Sample {
  return sampleOf("a.1.1", { events: [start("a.1.1", "a"), ...between, end()] });
}

export function callOf(id: string, name: string, args: Record<string, string> = {}) {
  return { id, name, arguments: args, malformed: false };
}

export function answer(id: string, tool_name: string, content = "README.md"): Sample["events"][number] {
  return { type: "result", tool_call_id: id, tool_name, content, is_error: false };
}

export async function transformed(
  sample: Sample,
  ...names: (string | [string, Record<string, number | string | boolean | string[]>])[]
) {
  const chosen = names.map((name) =>
    typeof name === "string" ? chooseTransform(name, {}) : chooseTransform(...name),
  );
  return openTransforms(chosen, estimatingCounter)(sample, "p".repeat(64));
}

/** The one sample that came out. */
export async function only(...args: Parameters<typeof transformed>): Promise<Sample> {
  const done = await transformed(...args);
  if (done.kind === "refused") throw new Error(`${done.reason}: ${done.detail}`);
  const [sample, ...more] = done.samples;
  if (sample === undefined || more.length > 0) throw new Error(`${done.samples.length} samples`);
  return sample;
}

/** A record as lines to read. */
export function told({ events }: Pick<Sample, "events">): string[] {
  return events.map((event) => {
    if (event.type === "input") return `${event.role}: ${event.content}`;
    if (event.type === "result") return `result ${event.tool_call_id}: ${event.content}`;
    if (event.type !== "turn") return event.type;
    const calls = event.tool_calls.map(
      ({ id, name, arguments: args }) => `${id}=${name}${JSON.stringify(args)}`,
    );
    const thought = event.reasoning === undefined ? "" : `(${event.reasoning}) `;
    return `turn: ${thought}${[event.content, ...calls].filter((part) => part !== "").join(" ")}`.trim();
  });
}

const word = fc.constantFrom(
  "",
  "look",
  "/home/alice/x",
  "ghp_" + "a1B2".repeat(9),
  "é€😀",
  "<think>a</think>b",
  "</think>",
  "x".repeat(60),
  "C:\\Users\\bob\\y",
);
const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
const toolName = fc.constantFrom("bash", "think", "task_tracker", "editor", "execute_bash");
const args = fc.oneof(
  fc.record({ command: text }),
  fc.dictionary(
    fc.constantFrom("path", "/home/alice", "a~b", "command"),
    fc.oneof(
      text,
      fc.jsonValue().map((v) => JSON.parse(JSON.stringify(v))),
    ),
    { maxKeys: 3 },
  ),
);
const step = fc.record({
  content: text,
  reasoning: fc.option(text, { nil: undefined }),
  calls: fc.array(fc.record({ name: toolName, args, output: text }), { maxLength: 3 }),
  reversed: fc.boolean(),
  reminder: fc.option(text, { nil: undefined }),
  ids: fc.boolean(),
});

/** Conversations of any shape that agents leave: parallel calls, results in any order, reminders, ids that come again, turns that say nothing. */
export const conversations: fc.Arbitrary<Sample> = fc
  .record({ task: text, steps: fc.array(step, { minLength: 1, maxLength: 6 }) })
  .map(({ task, steps }) =>
    sampleWith(
      input("system", "Be careful."),
      input("user", task),
      ...steps.flatMap(({ content, reasoning, calls, reversed, reminder, ids }, place) => {
        const idOf = (index: number) => (ids ? `c${index}` : `c${place}-${index}`);
        const tool_calls = calls.map(({ name, args: given }, index) => ({
          id: idOf(index),
          name,
          arguments: given,
          malformed: false,
        }));
        const results = calls.map(({ name, output }, index) => ({
          ...result(idOf(index), output),
          tool_name: name,
        }));
        return [
          turn({
            content,
            tool_calls,
            tokens: { prompt: [1], completion: [place] },
            ...(reasoning === undefined ? {} : { reasoning }),
          }),
          ...(reversed ? results.toReversed() : results),
          ...(reminder === undefined || calls.length > 0 ? [] : [input("user", reminder)]),
        ] as Sample["events"];
      }),
    ),
  );
