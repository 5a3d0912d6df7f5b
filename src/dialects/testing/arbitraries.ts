import fc from "fast-check";
import type { Json } from "../../base/json.ts";
import type { DialectName } from "../../exchange.ts";
import type { AssistantMessage, Message, ModelResponse, ToolCall, ToolDefinition } from "../../model.ts";

/** Any text with something to read in it. */
const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => value.trim() !== "");
const name = fc.stringMatching(/^[a-z_]{1,12}$/);

/** What survives JSON as it is (not -0). */
const jsonValue = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const jsonFields = fc
  .dictionary(
    name.filter((key) => !key.startsWith("__")),
    jsonValue,
    { maxKeys: 3 },
  )
  .map((value) => ({ ...value }));

const calls = fc
  .array(fc.record({ name, arguments: jsonFields }), { maxLength: 3 })
  .map(
    (list) => (turn: number) =>
      list.map((call, index): ToolCall => ({ id: `call_${turn}_${index + 1}`, ...call, malformed: false })),
  );

const assistants = fc
  .tuple(text, calls, fc.boolean())
  .map(([content, callsOf, silent]) => (turn: number): AssistantMessage => {
    const toolCalls = callsOf(turn);
    return { role: "assistant", content: silent && toolCalls.length > 0 ? "" : content, toolCalls };
  });

/** One turn of the model, the results of its calls, and what the user says then. */
const rounds = fc.record({
  assistant: assistants,
  results: fc.array(text, { minLength: 3, maxLength: 3 }),
  said: text,
});

export const conversations: fc.Arbitrary<Message[]> = fc
  .record({ system: fc.option(text), user: text, rounds: fc.array(rounds, { maxLength: 4 }) })
  .map(({ system, user, rounds: list }) => {
    const messages: Message[] = system === null ? [] : [{ role: "system", content: system }];
    messages.push({ role: "user", content: user });
    for (const [turn, { assistant, results, said }] of list.entries()) {
      const message = assistant(turn + 1);
      messages.push(message, ...message.toolCalls.map((call, index) => resultOf(call, results[index] ?? "")));
      if (message.toolCalls.length === 0) messages.push({ role: "user", content: said });
    }
    return messages;
  });

function resultOf(call: ToolCall, content: string): Message {
  return { role: "tool", toolCallId: call.id, toolName: call.name, content };
}

export const toolLists: fc.Arbitrary<ToolDefinition[]> = fc.uniqueArray(
  fc.record({
    name,
    description: text,
    parameters: jsonFields.map((properties) => ({ type: "object", properties })),
  }),
  { maxLength: 3, selector: (tool) => tool.name },
);

/** Answers in all that a dialect has words for: token ids only chat, usage always in messages. */
export function responsesOf(dialect: DialectName): fc.Arbitrary<ModelResponse> {
  const usage = fc
    .record({ outputTokens: fc.nat(), cachedTokens: fc.option(fc.nat(100)), more: fc.nat(1000) })
    .map(({ outputTokens, cachedTokens, more }) => ({
      inputTokens: more + (cachedTokens ?? 0),
      outputTokens,
      ...(cachedTokens === null ? {} : { cachedTokens }),
    }));
  const tokens = fc.record({
    prompt: fc.array(fc.nat(200_000), { minLength: 1 }),
    completion: fc.array(fc.nat(200_000), { minLength: 1 }),
    logprobs: fc.array(
      fc.double({ min: -20, max: 0, noNaN: true }).map((value) => value + 0),
      { minLength: 1 },
    ),
  });
  return fc
    .record({
      assistant: assistants,
      reasoning: fc.option(text),
      stop: fc.constantFrom("end" as const, "length" as const, "other" as const),
      usage: dialect === "messages" ? usage : fc.oneof(usage, fc.constant({})),
      servedModel: name,
      tokens: dialect === "chat" ? fc.option(tokens) : fc.constant(null),
    })
    .map(({ assistant, reasoning, stop, tokens: record, ...rest }) => {
      const message = assistant(1);
      return {
        ...rest,
        message: { ...message, ...(reasoning === null ? {} : { reasoning }) },
        stop: message.toolCalls.length > 0 && stop !== "length" ? "tool-calls" : stop,
        ...(record === null ? {} : { tokens: record }),
      };
    });
}
