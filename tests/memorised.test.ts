import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDataset } from "../src/datasets/open.ts";
import type { InstancePair } from "../src/instance.ts";
import { startChatService } from "../src/testing/chat-service.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";

const LIMIT = { timeout: 600_000 };

/** One function that both families ask about, and one that only func-localize does. */
const CODE = `def label(name, grade=1):
    """Return what is written on a crate: its name in capitals, and a star for each grade.

    >>> label("plum", 2)
    'PLUM **'
    """
    text = name.strip().upper()
    stars = "*" * grade
    return f"{text} {stars}"


def ventilate(rooms, minutes):
    """Exchange the ethylene-rich atmosphere against fresh air with the ceiling fans."""
    for room in rooms:
        room.open(minutes)
        room.fan(minutes)
        room.close()
`;
const BODY = CODE.slice(CODE.indexOf("    text ="), CODE.indexOf("\n\n\ndef ventilate"));
const RIGHT_BODY = `\`\`\`python\ndef label(name, grade=1):\n${BODY}\n\`\`\``;
const WRONG_BODY = "```python\ndef label(name, grade=1):\n    return name\n```";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const data = () => folder.file("data");
const memorised = () => path.join(data(), "memorised.jsonl");

beforeAll(async () => {
  folder = await temporaryFolder();
  mkdirSync(folder.file("orchard"));
  writeFileSync(folder.file("orchard/crates.py"), CODE);
  const lenient = ["min_distractors=0", "min_lookups=0", "ambiguity_margin=0"];
  const sets = lenient.flatMap((one) => ["--set", `func-localize.${one}`]);
  const source = [folder.file("orchard"), "--task", "func-localize,func-gen", ...sets];
  const more = ["--set", "func-gen.max_mutants=8", "--cache", folder.file("cache")];
  const built = await runCommand(["build", ...source, ...more, "--out", data(), "--json"]);
  expect(built.rows(), built.stderr).toMatchObject([{ tasks: { "func-localize": 2, "func-gen": 1 } }]);
}, LIMIT.timeout);
afterAll(() => folder[Symbol.asyncDispose]());

async function pairs(): Promise<InstancePair[]> {
  return Array.fromAsync((await openDataset(data())).pairs());
}

/** What each instance's question is answered with, as a file of recorded answers. */
function recorded(name: string, answers: readonly (readonly [InstancePair, string])[]): string {
  const file = folder.file(name);
  const rows = answers.map(([{ instance }, content]) => ({
    match: instance.instruction,
    responses: [{ content }],
  }));
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

const ask = (model: string, file: string) =>
  runCommand(["memorised", data(), "--model", model, "--api", "replay", "--base-url", file, "--json"]);

const answerOf = (name: string) => JSON.stringify({ places: [{ path: "crates.py", name }] });

it(
  "says of each family how much a model solves without the repository; nothing is asked twice",
  LIMIT,
  async () => {
    const all = await pairs();
    const right = recorded(
      "right.jsonl",
      all.map((pair) => [pair, pair.instance.task === "func-gen" ? RIGHT_BODY : answerOf("label")]),
    );
    const first = await ask("knows", right);
    const tasks = {
      "func-gen": { memorised: 1, asked: 1, unknown: 0 },
      "func-localize": { memorised: 1, asked: 2, unknown: 0 },
    };
    expect({ code: first.code, rows: first.rows() }).toEqual({ code: 0, rows: [{ model: "knows", tasks }] });

    const again = await ask("knows", recorded("nothing.jsonl", []));
    expect({ code: again.code, rows: again.rows() }).toEqual({ code: 0, rows: [{ model: "knows", tasks }] });

    const wrong = recorded(
      "wrong.jsonl",
      all.map((pair) => [pair, pair.instance.task === "func-gen" ? WRONG_BODY : "I do not know."]),
    );
    expect((await ask("guesses", wrong)).rows()).toMatchObject([
      { tasks: { "func-gen": { memorised: 0, asked: 1 }, "func-localize": { memorised: 0, asked: 2 } } },
    ]);
    const text = readFileSync(memorised(), "utf8");
    expect(text).not.toMatch(/crates\.py|ventilate|label|stars/);
    const rows = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(6);
    expect(
      rows
        .filter(({ model }) => model === "guesses")
        .map(({ reasons }) => reasons)
        .flat()
        .sort(),
    ).toEqual(["unreadable", "unreadable", "wrong-result"]);
  },
);

it("is shown by look, and left out by a rollout that is told to", LIMIT, async () => {
  const shown = await runCommand(["look", data()]);
  expect(shown.stdout).toMatch(/\| func-localize \| knows \| 1 of 2 \(50 %\) \| 0 \|/);
  expect(shown.stdout).toContain("· memorised by knows");
  const rollout = async (...more: string[]) =>
    (
      await runCommand([
        "rollout",
        data(),
        "--run",
        folder.file("r"),
        "--agent",
        "scripted",
        "--dry-run",
        "--json",
        ...more,
      ])
    ).rows();
  expect(await rollout()).toMatchObject([{ instances: 3 }]);
  expect(await rollout("--without-memorised")).toMatchObject([{ instances: 1 }]);
});

it("goes on after kill -9, for what was not answered", LIMIT, async () => {
  let hold = true;
  const asked = Promise.withResolvers<void>();
  await using service = await startChatService(async ({ number }) => {
    if (hold && number === 2) {
      asked.resolve();
      await new Promise(() => {});
    }
    return { text: answerOf("other"), usage: { input: 100, output: 10 } };
  });
  const model = ["--model", "m", "--base-url", service.url, "--concurrency", "1", "--price", "m=1000,1000"];
  const environment = { XDG_RUNTIME_DIR: folder.path, XDG_STATE_HOME: folder.file("state") };
  const args = ["memorised", data(), ...model, "--json"];
  const { child } = startCommand(args, { environment });
  const closed = once(child, "close");
  await asked.promise;
  child.kill("SIGKILL");
  await closed;
  hold = false;
  const { code, rows, stderr } = await runCommand(args, { environment });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(rows()).toMatchObject([
    { model: "m", tasks: { "func-localize": { asked: 2 } }, tokens: { input: expect.any(Number) } },
  ]);
  expect(service.requests).toBe(4);
  const capped = await runCommand([...args, "--max-cost", "0.0001"], { environment });
  expect(capped.code).toBe(0);
});
