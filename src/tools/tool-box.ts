import type { ToolBox } from "../agent.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { MAX_TEXT, trimMiddle } from "./trim.ts";

/**
 * The tools that one attempt's agent has. A call of a tool that does not exist comes back as a result that says what there is.
 * @throws RangeError when two tools have one name.
 */
export function createToolBox(tools: readonly Tool[], context: ToolContext): ToolBox {
  const byName = new Map(tools.map((tool) => [tool.definition.name, tool]));
  if (byName.size !== tools.length) throw new RangeError("two tools have the same name");
  const names = [...byName.keys()].join(", ");
  return {
    definitions: tools.map((tool) => tool.definition),
    async call(name, args): Promise<ToolResult> {
      const tool = byName.get(name);
      if (tool !== undefined) return limited(await tool.call(args, context));
      return { content: `There is no tool "${name.slice(0, 200)}". The tools are: ${names}.`, isError: true };
    },
  };
}

/** Room for the notes that a tool adds to a text of full length. */
const NOTES = 1000;

/** No result is longer than this, whatever a tool repeats of what it was given; tools that know their text cut it better. */
function limited(result: ToolResult): ToolResult {
  const { text, cut } = trimMiddle(result.content, 0, MAX_TEXT + NOTES);
  if (cut === 0) return result;
  return { ...result, content: text, truncatedCharacters: (result.truncatedCharacters ?? 0) + cut };
}
