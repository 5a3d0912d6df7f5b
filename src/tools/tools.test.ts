import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Json } from "../base/json.ts";
import { processSandboxes } from "../sandboxes/process/process.ts";
import type { Shell } from "../sandbox.ts";
import type { Files } from "../workspaces/testing/workspace.ts";
import { makeTestWorkspace } from "../workspaces/testing/workspace.ts";
import { standardTools } from "./presets.ts";
import { probeTools } from "./probe.ts";
import { createToolBox } from "./tool-box.ts";

let cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  cleanUp = [];
});
let number = 0;

/** The standard tools over a real sandbox. */
async function openTools(
  files: Files = { "app.py": "def one():\n    return 1\n\n\ndef two():\n    return 2\n" },
) {
  const workspace = await makeTestWorkspace(files);
  cleanUp.push(async () => workspace[Symbol.asyncDispose]());
  const provider = processSandboxes({ folder: path.join(workspace.folder, "boxes") });
  const sandbox = await provider.start({ id: `tools-${process.pid}-${++number}`, workspace });
  cleanUp.push(() => sandbox.stop());
  let shell: Promise<Shell> | undefined;
  const time = { leftMs: 60_000 };
  const box = createToolBox(standardTools, {
    sandbox,
    shell: () => (shell ??= sandbox.openShell()),
    memory: new Map(),
    remainingMs: () => time.leftMs,
  });
  const editor = async (args: { [key: string]: Json }) => box.call("editor", args);
  const read = async (file: string) => Buffer.from(await sandbox.read(file)).toString("latin1");
  return { box, sandbox, editor, read, time, bash: (command: string) => box.call("bash", { command }) };
}

describe("the tool box", () => {
  test("defines its tools as JSON schemas of type object", async () => {
    const { box } = await openTools();
    expect(box.definitions.map((tool) => tool.name)).toEqual(["bash", "editor", "think", "finish"]);
    for (const { parameters } of box.definitions) {
      expect(parameters).toMatchObject({ type: "object", additionalProperties: false });
      expect(parameters).not.toHaveProperty("$schema");
    }
    expect(box.definitions[0]?.parameters["required"]).toEqual(["command"]);
  });

  test("answers a tool that does not exist with those that do", async () => {
    const { box } = await openTools();
    expect(await box.call("shell", {})).toEqual({
      content: 'There is no tool "shell". The tools are: bash, editor, think, finish.',
      isError: true,
    });
  });

  test.each<[string, { [key: string]: Json }, RegExp]>([
    ["bash", {}, /command:[^]*takes: command, timeout \(optional\)/],
    ["bash", { command: 1 }, /command: .*string/],
    ["bash", { command: "ls", cwd: "/" }, /cwd/],
    ["bash", { command: "ls", timeout: -1 }, /timeout/],
    ["editor", { command: "open", path: "x" }, /view.*create.*str_replace/],
    ["editor", { command: "view", path: "x", view_range: [1] }, /view_range/],
    ["think", { text: "x" }, /thought/],
  ])("answers wrong arguments of %s %j with what is expected", async (tool, args, expected) => {
    const { box } = await openTools();
    const result = await box.call(tool, args);
    expect(result.isError).toBe(true);
    expect(result.content).toMatch(expected);
  });

  test("lets a dead sandbox be a failure", async () => {
    const { box, sandbox } = await openTools();
    await sandbox.stop();
    await expect(box.call("bash", { command: "ls" })).rejects.toMatchObject({ name: "SandboxError" });
    await expect(box.call("editor", { command: "view", path: "." })).rejects.toMatchObject({
      name: "SandboxError",
    });
  });

  test("finishes and thinks", async () => {
    const { box } = await openTools();
    expect(await box.call("finish", { message: "done" })).toMatchObject({ finished: true, isError: false });
    expect(await box.call("think", { thought: "hm" })).toMatchObject({ isError: false });
  });
});

describe("bash", () => {
  test("gives output as it is, and says what is special", async () => {
    const { bash } = await openTools();
    expect(await bash("echo hello; printf err >&2")).toEqual({ content: "hello\nerr", isError: false });
    expect((await bash("true")).content).toBe("[no output]");
    expect((await bash("echo a; exit_code() { return 3; }; exit_code")).content).toBe("a\n[exit code 3]");
    expect((await bash("printf a; exit 2")).content).toMatch(
      /^a\n\[exit code 2\]\n\[the shell ended and was started again in .*; its variables are gone\]$/,
    );
  });

  test("leaves out the middle of long output", async () => {
    const { bash } = await openTools();
    const result = await bash("seq 1 20000");
    expect(result.content).toMatch(
      /^1\n2\n3\n[^]*\n\[\.\.\. \d+ characters left out; [^\n]* \.\.\.\]\n[^]*\n20000\n$/,
    );
    expect(result.content.length).toBeLessThan(16_200);
    expect(result.truncatedCharacters).toBeGreaterThan(90_000);
  });

  test("ends a command that takes too long", async () => {
    const { box } = await openTools();
    const result = await box.call("bash", { command: "echo a; sleep 1000", timeout: 1 });
    expect(result.content).toMatch(/\[the command was ended after 1 s; the shell was started again\]$/);
  });

  test("leaves a command no more time than the attempt has", async () => {
    const { bash, time } = await openTools();
    time.leftMs = 500;
    expect((await bash("sleep 1000")).content).toMatch(/ended after 0.5 s/);
  });
});

describe("editor", () => {
  test("views a file with line numbers, and a part of it", async () => {
    const { editor } = await openTools();
    expect((await editor({ command: "view", path: "app.py", view_range: [5, -1] })).content).toBe(
      "     5\tdef two():\n     6\t    return 2",
    );
    expect((await editor({ command: "view", path: "app.py" })).content.split("\n")).toHaveLength(6);
    expect(await editor({ command: "view", path: "app.py", view_range: [7, 9] })).toMatchObject({
      isError: true,
      content: "view_range [7, 9] does not fit: app.py has lines 1 to 6.",
    });
  });

  test("views a folder two levels deep without what is hidden", async () => {
    const { editor, sandbox } = await openTools({ "a/b/c/d": "x", "a/e": "x", f: "x", ".hidden/x": "x" });
    expect((await editor({ command: "view", path: "." })).content).toBe(
      `${sandbox.root}, two levels deep:\na/\na/b/\na/e\nf`,
    );
  });

  test("leaves out what is too long, with a way to see it", async () => {
    const { editor, sandbox } = await openTools();
    await sandbox.write("long", Buffer.from("line\n".repeat(50_000)));
    const result = await editor({ command: "view", path: "long" });
    expect(result.content.length).toBeLessThan(16_200);
    expect(result.content).toMatch(/\[lines \d+ to 50000 left out; use view_range to see them\]$/);
    expect(result.truncatedCharacters).toBeGreaterThan(0);
  });

  test("replaces what occurs once", async () => {
    const { editor, read } = await openTools();
    const result = await editor({
      command: "str_replace",
      path: "app.py",
      old_str: "return 1",
      new_str: "return 3",
    });
    expect(result).toMatchObject({ isError: false });
    expect(result.content).toContain("     2\t    return 3");
    expect(await read("app.py")).toBe("def one():\n    return 3\n\n\ndef two():\n    return 2\n");
  });

  test("says where what should be replaced is, when it is not there once", async () => {
    const { editor, read } = await openTools();
    const before = await read("app.py");
    expect(
      (await editor({ command: "str_replace", path: "app.py", old_str: "return", new_str: "x" })).content,
    ).toMatch(/occurs 2 times in app.py, at lines 2, 6/);
    expect(
      (
        await editor({
          command: "str_replace",
          path: "app.py",
          old_str: "def two():\n  return 2",
          new_str: "x",
        })
      ).content,
    ).toMatch(/does not occur in app.py\..*line 5/);
    expect(
      (await editor({ command: "str_replace", path: "app.py", old_str: "nowhere", new_str: "x" })).isError,
    ).toBe(true);
    expect(await read("app.py")).toBe(before);
  });

  test("inserts after a line, at the beginning and at the end", async () => {
    const { editor, read } = await openTools({ a: "1\n2\n", open: "1\n2", empty: "" });
    await editor({ command: "insert", path: "a", insert_line: 0, new_str: "0" });
    await editor({ command: "insert", path: "a", insert_line: 3, new_str: "3\n" });
    expect(await read("a")).toBe("0\n1\n2\n3\n");
    await editor({ command: "insert", path: "open", insert_line: 2, new_str: "3\n4" });
    expect(await read("open")).toBe("1\n2\n3\n4");
    await editor({ command: "insert", path: "empty", insert_line: 0, new_str: "1" });
    expect(await read("empty")).toBe("1\n");
    expect(await editor({ command: "insert", path: "a", insert_line: 9, new_str: "x" })).toMatchObject({
      isError: true,
      content: "insert_line is 9, but a has 4 lines (0 to 4 can be given).",
    });
  });

  test("keeps line ends, encoding, byte order mark and a missing last newline", async () => {
    const { editor, read } = await openTools({
      crlf: "one\r\ntwo\r\nthree",
      latin1: Buffer.from("caf\u00e9 = 1\nb\n", "latin1"),
      bom: "\uFEFFa = 1\n",
    });
    await editor({ command: "str_replace", path: "crlf", old_str: "one\ntwo", new_str: "1\n2" });
    await editor({ command: "insert", path: "crlf", insert_line: 2, new_str: "new" });
    expect(await read("crlf")).toBe("1\r\n2\r\nnew\r\nthree");
    await editor({
      command: "str_replace",
      path: "latin1",
      old_str: "café = 1",
      new_str: "caf\u00e9 = 2 # \u00fc",
    });
    expect(await read("latin1")).toBe("caf\u00e9 = 2 # \u00fc\nb\n");
    expect(
      (await editor({ command: "str_replace", path: "latin1", old_str: "b", new_str: "漢" })).isError,
    ).toBe(true);
    await editor({ command: "str_replace", path: "bom", old_str: "1", new_str: "ü" });
    expect(await read("bom")).toBe(Buffer.from("\uFEFFa = ü\n").toString("latin1"));
  });

  test("creates files and only new ones", async () => {
    const { editor, read } = await openTools();
    await editor({ command: "create", path: "new/deep.txt", file_text: "hello\n" });
    expect(await read("new/deep.txt")).toBe("hello\n");
    expect(await editor({ command: "create", path: "app.py", file_text: "" })).toMatchObject({
      isError: true,
    });
    expect(await editor({ command: "create", path: "other" })).toMatchObject({
      isError: true,
      content: "The command create needs file_text.",
    });
  });

  test("undoes its edits, last first, but not what others did", async () => {
    const { editor, read, bash, sandbox } = await openTools();
    const before = await read("app.py");
    await editor({ command: "str_replace", path: "app.py", old_str: "one", new_str: "uno" });
    await editor({ command: "str_replace", path: `${sandbox.root}/app.py`, old_str: "two", new_str: "due" });
    await editor({ command: "undo_edit", path: "app.py" });
    expect(await read("app.py")).toBe(before.replace("one", "uno"));
    await bash("echo more >> app.py");
    expect((await editor({ command: "undo_edit", path: "app.py" })).content).toMatch(
      /changed since by something else/,
    );
    await editor({ command: "create", path: "new", file_text: "x" });
    await editor({ command: "undo_edit", path: "new" });
    expect((await editor({ command: "view", path: "new" })).content).toBe("new does not exist.");
    expect((await editor({ command: "undo_edit", path: "new" })).isError).toBe(true);
  });

  test("answers what is no text file", async () => {
    const { editor } = await openTools({ "a.bin": new Uint8Array([1, 0, 2]), "d/x": "x" });
    expect((await editor({ command: "view", path: "a.bin" })).content).toMatch(/binary file/);
    expect((await editor({ command: "insert", path: "d", insert_line: 0, new_str: "x" })).content).toMatch(
      /is a folder/,
    );
    expect((await editor({ command: "view", path: "/dev/zero" })).content).toMatch(/not a regular file/);
  });
});

test("the probe names programs that exist inside", async () => {
  const { sandbox } = await openTools();
  const found = await probeTools(sandbox);
  expect(found).toEqual(expect.arrayContaining(["grep", "git", "sed", "awk", "find"]));
  const which = await sandbox.exec(["bash", "-c", "command -v rg"]);
  expect(found.includes("rg")).toBe(which.exitCode === 0);
});
