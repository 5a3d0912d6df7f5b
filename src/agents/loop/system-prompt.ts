import type { ToolBox } from "../../agent.ts";

/** Programs that models reach for, and that are named only where they are installed. */
const PROGRAMS = ["git", "grep", "rg", "find", "sed", "awk", "python3"];

/** What the model is told before the instruction: only tools that it has and programs that are there. */
export async function systemPrompt(tools: ToolBox): Promise<string> {
  const names = tools.definitions.map((tool) => `\`${tool.name}\``);
  const programs = names.includes("`bash`") ? await installedPrograms(tools) : [];
  const parts = [
    "You work on a code repository, alone, through tools. Nobody answers questions: decide for yourself and go on.",
    `Your tools: ${names.join(", ")}.`,
    ...(programs.length === 0 ? [] : [`Programs at hand in the shell: ${programs.join(", ")}.`]),
    "Look before you change, keep to what is asked, and check your work.",
    ...(names.includes("`finish`")
      ? ["Every turn must call a tool. When the task is done, call `finish`."]
      : []),
  ];
  return parts.join("\n");
}

async function installedPrograms(tools: ToolBox): Promise<string[]> {
  const { content } = await tools.call("bash", {
    command: `for program in ${PROGRAMS.join(" ")}; do command -v "$program" >/dev/null && echo "$program"; done; true`,
  });
  const found = new Set(content.split("\n").map((line) => line.trim()));
  return PROGRAMS.filter((program) => found.has(program));
}
