import { z } from "zod";
import type { Tool } from "../tool.ts";
import { defineTool } from "./define-tool.ts";

export const thinkTool: Tool = defineTool({
  name: "think",
  description:
    "Writes a thought down. It changes nothing and finds nothing out; use it to plan or to weigh what was seen.",
  parameters: z.strictObject({ thought: z.string().describe("The thought.") }),
  repeatable: () => true,
  run: async () => "Noted.",
});
