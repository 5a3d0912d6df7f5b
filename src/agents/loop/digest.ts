import type { Message } from "../../model.ts";

const MAX_WORDS = 300;
const MAX_ARGUMENTS = 200;
const MAX_RESULT = 200;

/** What was done, one line for each call with the beginning of its result; for when no model sums it up. The same for the same messages. */
export function digest(earlier: string, messages: readonly Message[]): string {
  const lines = messages.flatMap((message, index) => {
    if (message.role === "tool") return [];
    const said = oneLine(message.content, MAX_WORDS);
    if (message.role !== "assistant") return said === "" ? [] : [`Told: ${said}`];
    const calls = message.toolCalls.map((call, place) => {
      const result = messages[index + 1 + place];
      const given = oneLine(JSON.stringify(call.arguments), MAX_ARGUMENTS);
      return `- ${call.name} ${given} → ${result?.role === "tool" ? oneLine(result.content, MAX_RESULT) : "?"}`;
    });
    return [...(said === "" ? [] : [said]), ...calls];
  });
  return [...(earlier === "" ? [] : [earlier]), ...lines].join("\n");
}

function oneLine(text: string, limit: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit)}…`;
}
