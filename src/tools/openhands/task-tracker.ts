import { z } from "zod";
import type { Tool, ToolContext } from "../../tool.ts";
import { defineTool, ToolProblem } from "../define-tool.ts";

const taskSchema = z.strictObject({
  id: z.string().describe("Unique name of the task"),
  title: z.string().describe("What is to be done, in short"),
  status: z.enum(["todo", "in_progress", "done"]).describe("How far it is"),
  notes: z.string().optional().describe("More about it, if need be"),
});
type Task = z.infer<typeof taskSchema>;

const MARKS: Readonly<Record<Task["status"], string>> = { todo: "⏳", in_progress: "🔄", done: "✅" };

export const taskTrackerTool: Tool = defineTool({
  name: "task_tracker",
  description:
    "Keeps a list of tasks for work of several steps (3 and more), so that plan and progress stay in view.\n" +
    "* Keep the status (todo, in_progress, done) up to date; one task in progress at a time.\n" +
    "* Mark a task as done as soon as it is, and not before.\n" +
    "* Split what is large into tasks that can be acted on. Small jobs need no list.",
  parameters: z.strictObject({
    command: z
      .enum(["view", "plan"])
      .describe("`view` shows the list; `plan` makes it or replaces it. `view` before changes."),
    task_list: z.array(taskSchema).optional().describe("The whole list. Required by `plan`."),
  }),
  repeatable: () => true,
  async run({ command, task_list: tasks }, { memory }) {
    if (command === "view") return show(known(memory));
    if (tasks === undefined) throw new ToolProblem("The command plan needs task_list.");
    memory.set("task_tracker", tasks);
    return `Task list has been updated with ${tasks.length} items.`;
  },
});

function known(memory: ToolContext["memory"]): readonly Task[] {
  return taskSchema.array().safeParse(memory.get("task_tracker")).data ?? [];
}

function show(tasks: readonly Task[]): string {
  if (tasks.length === 0) return 'No task list found. Use the "plan" command to create one.';
  const lines = tasks.map(
    ({ title, status, notes }, index) =>
      `${index + 1}. ${MARKS[status]} ${title}${notes === undefined ? "" : `\n${notes}`}`,
  );
  return `# Task List\n\n${lines.join("\n")}\n`;
}
