import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { importerFor } from "../../src/importers/index.ts";
import { temporaryFolder } from "../../src/testing/command-line.ts";
import * as is from "./classes.ts";
import { type Class, compareRow, type Message } from "./compare.ts";
import { goldenSets, textOf } from "./sets.ts";

/** A made-up row as services have it: one call, its result, and what the case adds. */
const row = (
  call: { name: string; arguments: object },
  said = "Looking.",
  result = "OBSERVATION:\na.py",
  task = "Fix it\n",
) => ({
  messages: [
    { role: "system", content: "You can act." },
    { role: "user", content: task },
    {
      role: "assistant",
      content: said,
      tool_calls: [{ id: "c1", function: { name: call.name, arguments: JSON.stringify(call.arguments) } }],
    },
    { role: "tool", tool_call_id: "c1", name: call.name, content: result },
  ],
});
const ls = { name: "bash", arguments: { command: "ls" } };

/** What we write of it. */
function oursOf(document: Json, style: "openhands" | "swe-agent" = "openhands"): readonly Message[] {
  const made = textOf(importerFor(document).read(document, { name: "row.json" }), style);
  if ("refused" in made) throw new Error(made.refused);
  return made;
}

/** One message of the row as it was published. */
interface Case {
  readonly is: Class;
  readonly ours: readonly Message[];
  /** The place of the message, and what is published there. */
  readonly at: number;
  readonly theirs: string;
}

const LS = "<function=bash>\n<parameter=command>ls</parameter>\n</function>";
const finish = { name: "finish", arguments: {} };
const saidBy = (turns: readonly string[]) =>
  oursOf({
    messages: turns.map((content, place) => ({ role: place % 2 === 0 ? "user" : "assistant", content })),
  });

const cases: readonly Case[] = [
  { is: is.systemReplaced, ours: oursOf(row(ls)), at: 0, theirs: "You are another." },
  { is: is.emptyThought, ours: oursOf(row(ls, "")), at: 2, theirs: `\n\n${LS}` },
  {
    is: is.toolsInTask,
    ours: oursOf(row(ls)),
    at: 1,
    theirs: "In execute_bash, you can use the following: \n\nsubmit()\n    Ends it.\n\nFix it\n",
  },
  {
    is: is.taskReworded,
    ours: oursOf(
      row(
        ls,
        "",
        "",
        "2. Create a script to reproduce the error and execute it with `python <filename.py>` using the BashTool, then",
      ),
    ),
    at: 1,
    theirs: "2. Create a script to reproduce the error and execute it, then",
  },
  {
    is: is.toolRenamed("bash", "execute_bash"),
    ours: oursOf(row(ls)),
    at: 2,
    theirs: `Looking.\n\n${LS.replace("bash", "execute_bash")}`,
  },
  {
    is: is.toolRenamed("bash", "execute_bash"),
    ours: oursOf(row(ls)),
    at: 3,
    theirs: "EXECUTION RESULT of [execute_bash]:\nOBSERVATION:\na.py",
  },
  { is: is.observationWords, ours: oursOf(row(ls)), at: 3, theirs: "EXECUTION RESULT of [bash]:\na.py" },
  {
    is: is.observationWordsKept,
    ours: oursOf(row(ls, "", "a.py")),
    at: 3,
    theirs: "EXECUTION RESULT of [bash]:\nObservation: a.py",
  },
  {
    is: is.observationWordsAdded,
    ours: oursOf(row(ls, "", ""), "swe-agent"),
    at: 3,
    theirs: "OBSERVATION:\nYour command ran successfully and did not produce any output.",
  },
  {
    is: is.linesAroundValues,
    ours: oursOf(row(ls)),
    at: 2,
    theirs: "Looking.\n\n<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>",
  },
  {
    is: is.valuesStripped,
    ours: oursOf(row({ name: "edit", arguments: { old_str: "    return 1" } })),
    at: 2,
    theirs: "Looking.\n\n<function=edit>\n<parameter=old_str>\nreturn 1\n</parameter>\n</function>",
  },
  { is: is.messageStripped, ours: oursOf(row(ls)), at: 1, theirs: "Fix it" },
  {
    is: is.messageStripped,
    ours: oursOf(row(ls, "", "\n[exit 0]\n")),
    at: 3,
    theirs: "EXECUTION RESULT of [bash]:\n[exit 0]",
  },
  { is: is.thoughtMadeUp, ours: oursOf(row(ls, "")), at: 2, theirs: `Another says.\n\n${LS}` },
  { is: is.thoughtInTags, ours: oursOf(row(ls)), at: 2, theirs: `<think>\nLooking.\n</think>\n\n${LS}` },
  {
    is: is.finishFilled,
    ours: oursOf(row(finish)),
    at: 2,
    theirs:
      "Looking.\n\n<function=finish>\n<parameter=message>\nTask completed.\n</parameter>\n<parameter=task_completed>\ntrue\n</parameter>\n</function>",
  },
  {
    is: is.finishAsSubmit,
    ours: oursOf(row(finish)),
    at: 2,
    theirs: "Looking.\n\n\nTask completed.<function=submit>\n</function>",
  },
  {
    is: is.pythonCall,
    ours: oursOf(row({ name: "bash", arguments: { command: 'find_file "a.py" src' } })),
    at: 2,
    theirs:
      'Looking.\n\n<function=execute_bash>\n<parameter=command>\nfind_file(file_name="a.py", dir="src")\n</parameter>\n</function>',
  },
  {
    is: is.argumentDropped("is_input"),
    ours: oursOf(row({ name: "bash", arguments: { command: "ls", is_input: "true" } })),
    at: 2,
    theirs: `Looking.\n\n${LS}`,
  },
  {
    is: is.brokenCallMended("finish"),
    ours: saidBy(["Fix it", "<finish>\nDone.\n</finish>"]),
    at: 1,
    theirs:
      "<function=finish>\n<parameter=message>\nDone.\n</parameter>\n<parameter=task_completed>\ntrue\n</parameter>\n</function>",
  },
  {
    is: is.brokenCallMended("submit"),
    ours: saidBy(["Fix it", "<finish>\nDone.\n</finish>"]),
    at: 1,
    theirs: "Done.<function=submit>\n</function>",
  },
  {
    is: is.endOfCallMissing,
    ours: saidBy(["Fix it", "<function=finish>\n<parameter=message>a\nb</parameter>\n"]),
    at: 1,
    theirs: "<function=finish>\n<parameter=message>a\nb</parameter>\n",
  },
];

describe("a difference between our conversion and a published one", () => {
  it.each(cases.map((one) => [one.is.name, one] as const))("%s is told by what it is", (name, one) => {
    const theirs = one.ours.map((message, place) =>
      place === one.at ? { ...message, content: one.theirs } : message,
    );
    expect(compareRow(one.ours, theirs, [])).toMatchObject({ unexplained: [{ place: one.at }] });
    const found = compareRow(one.ours, theirs, [one.is]);
    expect(found.unexplained).toEqual([]);
    expect([...found.classes]).toEqual([[name, 1]]);
  });

  it("last-result-dropped: nobody reads what answers the last call", () => {
    const ours = oursOf(row(finish));
    const found = compareRow(ours, ours.slice(0, -1), [is.lastResultDropped]);
    expect([...found.classes]).toEqual([["last-result-dropped", 1]]);
    expect(found).toMatchObject({ equal: 3, unexplained: [] });
  });

  it("end-made-up: praise and a last word that nobody said", () => {
    const ours = oursOf(row(ls));
    const finished = {
      role: "assistant",
      content:
        "<function=finish>\n<parameter=message>\nI did it! The task is now complete.\n</parameter>\n</function>",
    };
    const made = (praise: string) =>
      compareRow(ours, [...ours, { role: "user", content: praise }, finished], [is.endMadeUp]);
    expect([...made("Well done on successfully completing the task!").classes]).toEqual([["end-made-up", 2]]);
    expect(made("Something that a user said").unexplained).toHaveLength(2);
  });

  it("is nobody's where a word differs", () => {
    const all = goldenSets.flatMap(({ classes }) => classes);
    for (const at of [1, 2, 3]) {
      const ours = oursOf(row(ls));
      const theirs = ours.map((message, place) =>
        place === at ? { ...message, content: message.content.replace(/Fix|ls|a\.py/, "other") } : message,
      );
      const found = compareRow(ours, theirs, all);
      expect(found.unexplained).toMatchObject([{ place: at }]);
      expect(found.classes.size).toBe(0);
    }
  });

  it("has a case here for every class", () => {
    const tested = new Set([...cases.map((one) => one.is.name), "end-made-up", "last-result-dropped"]);
    const used = new Set(goldenSets.flatMap(({ classes }) => classes.map(({ name }) => name)));
    expect([...used].filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe("npm run test:golden", () => {
  const run = async (answer: string) => {
    await using folder = await temporaryFolder();
    const messages = [
      { role: "user", content: "Fix it" },
      { role: "assistant", content: answer },
      { role: "user", content: "EXECUTION RESULT of [bash]:\na.py" },
    ];
    const place = path.join(folder.path, "datasets", "swe-play-trajectories");
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, "sample_raw.json"), JSON.stringify([{ id: "one", messages }]));
    const script = path.join(import.meta.dirname, "run.ts");
    const { stdout, exitCode } = await execa(process.execPath, [script, folder.path], { reject: false });
    return { last: stdout.split("\n").at(-1), exitCode };
  };

  it("passes where nothing differs, and fails where something does for no known reason", async () => {
    expect(await run(LS)).toEqual({
      last: "1 rows compared, 0 without one of ours, 0 unexplained differences",
      exitCode: 0,
    });
    expect(await run(LS.replaceAll("\n", ""))).toEqual({
      last: "1 rows compared, 0 without one of ours, 1 unexplained differences",
      exitCode: 1,
    });
  });
});
