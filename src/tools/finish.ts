import { z } from "zod";
import type { Tool } from "../tool.ts";
import { defineTool } from "./define-tool.ts";

export const finishTool: Tool = defineTool({
  name: "finish",
  description: "Ends the work. Call it when the task is done, or when nothing more can be done.",
  parameters: z.strictObject({
    message: z.string().optional().describe("What was done, in a sentence or two."),
  }),
  repeatable: () => true,
  run: async () => ({ content: "Finished.", isError: false, finished: true }),
});
