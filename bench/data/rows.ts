/** Made-up attempts of realistic shape: one small repair, told again and again under other ids. */
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { once } from "node:events";

interface Step {
  readonly thought: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly result: string;
}

const SYSTEM = "You are a helpful assistant that can interact with a computer to solve tasks.";

const CODE = `     1\tdef read_limit(text: str, default: int = 10) -> int:
     2\t    """Reads a limit such as '20' or '20k' from what a user wrote."""
     3\t    text = text.strip().lower()
     4\t    if not text:
     5\t        return default
     6\t    factor = 1000 if text.endswith("k") else 1
     7\t    return int(text) * factor`;

function stepsOf(number: number): readonly Step[] {
  return [
    {
      thought: "Let me look for the function that the issue names.",
      name: "bash",
      arguments: { command: `grep -rn "def read_limit" /testbed/acme/part${number % 97} --include=*.py` },
      result: `/testbed/acme/part${number % 97}/limits.py:1:def read_limit(text: str, default: int = 10) -> int:`,
    },
    {
      thought: "I read the file to see how the suffix is handled.",
      name: "str_replace_editor",
      arguments: { command: "view", path: `/testbed/acme/part${number % 97}/limits.py` },
      result: `Here's the result of running \`cat -n\` on the file:\n${CODE}`,
    },
    {
      thought: "The suffix stays in the text when it is made a number. I take it off first.",
      name: "str_replace_editor",
      arguments: {
        command: "str_replace",
        path: `/testbed/acme/part${number % 97}/limits.py`,
        old_str: "    return int(text) * factor",
        new_str: '    return int(text.removesuffix("k")) * factor',
      },
      result: "The file has been edited. Review the changes and make sure they are as expected.",
    },
    {
      thought: "Now the tests of this part.",
      name: "bash",
      arguments: { command: `cd /testbed && python -m pytest -q tests/test_part${number % 97}.py` },
      result: `${".".repeat(40)} [100%]\n40 passed in 0.${100 + (number % 800)}s`,
    },
  ];
}

function taskOf(number: number): string {
  return `<pr_description>\nread_limit fails for case ${number}: "20k" raises ValueError, though the documentation allows it.\n</pr_description>\nFix the code in /testbed so that the description holds. Tests need no change.`;
}

function instanceOf(number: number): string {
  return `acme__tools.${(number % 997).toString(16).padStart(8, "0")}.case_${number}`;
}

/** As SWE-smith's published trajectories have them: calls in the text, `resolved` as a claim. */
function rowOf(number: number): string {
  const said = stepsOf(number).flatMap(({ thought, name, arguments: given, result }) => [
    { role: "assistant", content: `${thought}\n\n${callText(name, given)}` },
    { role: "user", content: `OBSERVATION:\n${result}` },
  ]);
  const messages = [
    { role: "system", content: SYSTEM },
    { role: "user", content: taskOf(number) },
    ...said,
    { role: "assistant", content: "The work is done.\n\n<function=submit>\n</function>" },
  ];
  const instance = instanceOf(number);
  return `${JSON.stringify({ id: `${instance}.1`, instance_id: instance, resolved: true, model: "teacher", messages })}\n`;
}

function callText(name: string, given: Readonly<Record<string, string>>): string {
  const parameters = Object.entries(given).map(([key, value]) => `<parameter=${key}>${value}</parameter>\n`);
  return `<function=${name}>\n${parameters.join("")}</function>`;
}

/** A `.traj` of SWE-agent 1.1; `query` stands in the last step alone, where the peer looks for it. */
function trajOf(number: number): string {
  const history = [
    { role: "system", content: SYSTEM, agent: "main", message_type: "system_prompt" },
    { role: "user", content: taskOf(number), agent: "main", message_type: "observation" },
    ...stepsOf(number).flatMap(({ thought, name, arguments: given, result }, place) => {
      const id = `call_${place + 1}`;
      const call = { id, type: "function", function: { name, arguments: JSON.stringify(given) } };
      const said = { content: thought, thought, action: given["command"], agent: "main" };
      return [
        { role: "assistant", ...said, tool_calls: [call], message_type: "action" },
        { role: "tool", content: result, tool_call_ids: [id], agent: "main", message_type: "observation" },
      ];
    }),
  ];
  const steps = stepsOf(number).map(({ thought, arguments: given, result }, place, all) => ({
    action: given["command"],
    observation: result,
    response: thought,
    thought,
    ...(place === all.length - 1 ? { query: history } : {}),
  }));
  const info = { exit_status: "submitted", submission: "", model_stats: { instance_cost: 0.1 } };
  return JSON.stringify({ trajectory: steps, history, info, environment: instanceOf(number) });
}

/** @returns its bytes. */
export async function writeRows(file: string, count: number): Promise<number> {
  const output = createWriteStream(file);
  for (let number = 0; number < count; number++)
    if (!output.write(rowOf(number))) await once(output, "drain");
  output.end();
  await once(output, "finish");
  return output.bytesWritten;
}

/** A file each, and the list of them that the peer takes. @returns the bytes of all. */
export function writeTrajs(folder: string, list: string, count: number): number {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  let bytes = 0;
  for (let number = 0; number < count; number++) {
    const file = path.join(folder, `${instanceOf(number)}.traj`);
    const text = trajOf(number);
    writeFileSync(file, text);
    bytes += Buffer.byteLength(text);
    files.push(file);
  }
  writeFileSync(list, JSON.stringify(files));
  return bytes;
}
