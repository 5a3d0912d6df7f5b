import type { AgentLimits, ToolBox } from "../../agent.ts";
import type { ToolPreset } from "../../tool.ts";
import { budgetSentence } from "./budget.ts";

/** Programs that models reach for, and that are named only where they are installed. */
const PROGRAMS = ["git", "grep", "rg", "find", "sed", "awk", "python3"];

/** What the model is told before the instruction; nothing in it is of one attempt, so that services keep it from attempt to attempt. */
export async function systemPrompt(preset: ToolPreset, tools: ToolBox, limits: AgentLimits): Promise<string> {
  const programs = await installedPrograms(preset.shellTool, tools);
  return preset.systemPrompt({ programs, budget: budgetSentence(limits) });
}

async function installedPrograms(shellTool: string, tools: ToolBox): Promise<string[]> {
  const command = `for program in ${PROGRAMS.join(" ")}; do command -v "$program" >/dev/null && echo "$program"; done; true`;
  const { content } = await tools.call(shellTool, { command });
  const found = new Set(content.split("\n").map((line) => line.trim()));
  return PROGRAMS.filter((program) => found.has(program));
}
