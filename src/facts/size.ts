import type { Fact, Walk } from "../fact.ts";
import { measureConversation } from "../trajectories/conversation.ts";
import { fact } from "./define.ts";

export const sizeFacts: readonly Fact[] = [
  fact("steps", "turns of the agent on its main line", ({ steps }) => steps.length),
  fact("calls", "calls of tools", ({ steps }) => steps.reduce((sum, { calls }) => sum + calls.length, 0)),
  fact(
    "characters",
    "UTF-16 units of all that the model is given and says: inputs, content, reasoning, arguments and results",
    ({ sample }) => measureConversation(sample.events).characters,
  ),
  fact("result_characters", "UTF-16 units of results", (walk) =>
    resultSizes(walk).reduce((sum, size) => sum + size, 0),
  ),
  fact("longest_result_characters", "UTF-16 units of the longest result", (walk) =>
    resultSizes(walk).reduce((most, size) => Math.max(most, size), 0),
  ),
  fact(
    "input_tokens",
    "tokens that the model was given, all calls together; null where nobody counted",
    ({ sample }) => sample.usage.inputTokens ?? null,
  ),
  fact(
    "output_tokens",
    "tokens that the model wrote; null where nobody counted",
    ({ sample }) => sample.usage.outputTokens ?? null,
  ),
  fact("dollars", "US dollars; null where they are not known", ({ sample }) => sample.dollars),
  fact("seconds", "seconds from start to end; null where they are not known", ({ sample }) => sample.seconds),
];

function resultSizes({ steps }: Walk): number[] {
  return steps.flatMap(({ calls }) => calls.flatMap(({ result }) => result?.content.length ?? []));
}
