import type { ToolBox } from "../agent.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";

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
      if (tool !== undefined) return tool.call(args, context);
      return { content: `There is no tool "${name}". The tools are: ${names}.`, isError: true };
    },
  };
}
