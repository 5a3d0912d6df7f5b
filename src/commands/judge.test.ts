import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../exporters/testing/records.ts";
import { answerQuality } from "../judges/answer-quality.ts";
import { agreementOf, readScore, settled } from "../judges/scores.ts";
import { runCommand, temporaryFolder } from "../testing/command-line.ts";
import { idsIn, writeSet } from "../training-sets/testing/sets.ts";

const scored = (...scores: readonly (number | string)[]) => ({
  responses: scores.map((score) => ({ content: `Hm.\n<score>${score}</score>` })),
});

/** What a sample is asked for, so that each has answers of its own. */
const asking = (id: string) => {
  const sample = sampleOf(id);
  const events = sample.events.map((event) =>
    event.type === "input" ? { ...event, content: `Task ${id}.` } : event,
  );
  return { ...sample, events };
};

async function judged(answers: readonly object[]) {
  const folder = await temporaryFolder();
  await writeSet(folder.file("set"), [asking("a.1"), asking("b.1")]);
  await writeFile(folder.file("answers.jsonl"), answers.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const model = ["--model", "judge", "--base-url", "answers.jsonl", "--api", "replay"];
  const judge = (...args: string[]) =>
    runCommand(["judge", "set", "--out", "judged", ...model, ...args, "--json"], { cwd: folder.path });
  return { folder, judge, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

describe("hybrid-gym judge", () => {
  it("asks about each attempt several times, says how far the answers agree, and becomes a field to choose by", async () => {
    await using made = await judged([
      { match: "Task a.1.", ...scored(4) },
      { match: "Task b.1.", ...scored("none") },
    ]);
    const { folder } = made;
    const first = await made.judge();
    expect(first.rows(), first.stderr).toMatchObject([
      {
        samples: 2,
        scored: 1,
        scores: { 4: 1 },
        agreement: { compared: 1, same: 1, pairs: 3, within_one: 3 },
      },
    ]);
    const select = [
      "select",
      "set",
      "--judged",
      "judged",
      "--where",
      "judged.answer_quality >= 4",
      "--out",
      "good",
    ];
    expect((await runCommand(select, { cwd: folder.path })).code).toBe(0);
    expect(await idsIn(folder.file("good"))).toEqual(["a.1"]);
    const facts = await runCommand(["facts", "set", "--judged", "judged", "--json"], { cwd: folder.path });
    expect(facts.rows()).toMatchObject([{ "judged.answer_quality": 4 }, { "judged.answer_quality": null }]);
  });

  it("does not ask again what was answered", async () => {
    await using made = await judged([
      { match: "Task a.1.", ...scored(3) },
      { match: "Task b.1.", ...scored(3) },
    ]);
    expect((await made.judge("--repeats", "1")).code).toBe(0);
    const file = made.folder.file("judged/judgements.jsonl");
    const before = await readFile(file, "utf8");
    // A killed writer's half line is no judgement.
    await writeFile(file, `${before}\n{"sample":`);
    await writeFile(made.folder.file("answers.jsonl"), JSON.stringify({ match: "nothing", ...scored(1) }));
    const again = await made.judge("--repeats", "1");
    expect(again.rows(), again.stderr).toMatchObject([{ samples: 2, scored: 2 }]);
  });

  it("refuses what is not there, and a folder of somebody else", async () => {
    await using made = await judged([scored(1)]);
    expect((await made.judge("--judge", "taste")).rows()).toMatchObject([
      { error: { code: "unknown-judge" } },
    ]);
    await writeFile(made.folder.file("mine.txt"), "x");
    const other = await runCommand(["select", "set", "--judged", ".", "--out", "x", "--json"], {
      cwd: made.folder.path,
    });
    expect(other.rows()).toMatchObject([{ error: { code: "no-judgements" } }]);
  });
});

describe("a judge's answer", () => {
  it("counts where it ends with a score on the scale, and settles where half of the answers do", () => {
    const { scale } = answerQuality;
    expect(
      ["<score>2</score> no, <score> 5 </score>", "<score>0</score>", "5", ""].map((text) =>
        readScore(text, scale),
      ),
    ).toEqual([5, null, null, null]);
    expect([[2, 5], [1, 4, 5], [null, null, 4], [null, 3], []].map(settled)).toEqual([2, 4, null, 3, null]);
  });

  it("is compared with the others about the same attempt", () => {
    const judgement = (...scores: (number | null)[]) => ({
      sample: "a",
      judge: "answer_quality",
      judge_version: 1,
      model: "m",
      scores,
      score: settled(scores),
    });
    const all = [judgement(4, 4, 4), judgement(1, 2, 5), judgement(3, null), judgement(2, null, 2)];
    expect(agreementOf(all)).toEqual({ compared: 3, same: 2, pairs: 7, within_one: 5 });
  });

  it("is asked for without a word of the verdict", () => {
    const sample = sampleOf("a.1");
    const claimed = { ...sample, grade: { kind: "claimed" as const, resolved: true, by: "resolved" } };
    expect(answerQuality.question(claimed)).toBe(answerQuality.question(sample));
  });
});
