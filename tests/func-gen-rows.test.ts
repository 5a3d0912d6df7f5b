import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { openSourceTrees } from "../src/datasets/source-trees.ts";
import { openDataset } from "../src/index.ts";
import { FIXTURE_FILES } from "../src/tasks/func-gen/fixture.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { createGitHistory } from "../src/testing/git-history.ts";

it("writes func-gen instances as rows that are graded as the instances are", async () => {
  await using folder = await temporaryFolder();
  for (const [name, text] of Object.entries(FIXTURE_FILES)) {
    const file = folder.file(`repos/crates/${name}`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const data = folder.file("data");
  const cache = ["--cache", folder.file("cache")];
  const source = folder.file("repos/crates");
  await runCommand(["build", source, "--task", "func-gen", "--per-repo", "2", "--out", data, ...cache]);
  const answers = await answersTo(data, folder.file("answers"));
  await writeFile(folder.file("answers.jsonl"), answers.map((row) => JSON.stringify(row)).join("\n"));
  const exported = await runCommand(["export", data, "--format", "rows", "--out", folder.file("rows")]);
  expect(exported.code, exported.stderr).toBe(0);
  const grade = (...subject: string[]) =>
    runCommand(["grade", ...subject, "--predictions", folder.file("answers.jsonl"), "--json"]);
  const instances = await grade(data);
  const rows = await grade(folder.file("rows/rows.jsonl"), "--repos", folder.file("repos"), ...cache);
  const verdicts = (printed: unknown[]) =>
    (printed as Record<string, unknown>[]).map(({ instance_id, outcome, reasons }) => ({
      instance_id,
      outcome,
      reasons,
    }));
  expect(verdicts(rows.rows()), rows.stderr).toEqual(verdicts(instances.rows()));
  expect(rows.rows()).toMatchObject([{ outcome: "solved" }, { outcome: "unsolved" }]);

  // An audit runs what strangers wrote in sandboxes, or not at all.
  const claims = answers.map((row) => ({
    ...row,
    resolved: true,
    messages: [
      { role: "user", content: row.instance_id },
      { role: "assistant", content: "Done." },
    ],
  }));
  await writeFile(folder.file("claims.jsonl"), claims.map((row) => JSON.stringify(row)).join("\n"));
  const audit = (...args: string[]) =>
    runCommand(["audit", folder.file("claims.jsonl"), "--dataset", data, "--json", ...args]);
  const audited = (await audit()).rows();
  expect(audited.at(-1)).toMatchObject({ claims: { judged: 2, agreed: 1, claimed_solved_but_not: 1 } });
  const unsafe = await audit("--isolation", "process");
  expect(unsafe.code).toBe(3);
  const refused = unsafe.rows().at(-1);
  expect(refused).toMatchObject({ error: { code: "no-isolation-for-code" } });
  expect(JSON.stringify(refused)).not.toContain("--allow-unsafe");
}, 600_000);

/** The original to the first question, and to the second one a body that gives nothing. */
async function answersTo(dataset: string, place: string) {
  const answers: { instance_id: string; model_patch: string }[] = [];
  const { folder, ...opened } = await openDataset(dataset);
  await using trees = openSourceTrees(folder);
  for await (const pair of opened.pairs()) {
    const [edit] = pair.secret.start;
    const file = edit?.path ?? "";
    const text = async (tree: "start" | "source") =>
      Buffer.from(await (await trees[tree](pair)).read(file)).toString();
    const start = await text("start");
    const answer =
      answers.length === 0 ? await text("source") : start.replace("raise NotImplementedError", "return None");
    const history = createGitHistory(path.join(place, pair.instance.id));
    history.commit({ [file]: start }, "Start");
    history.commit({ [file]: answer }, "Answer");
    answers.push({
      instance_id: pair.instance.id,
      model_patch: `${history.git("diff", "HEAD~", "HEAD")}\n`,
    });
  }
  return answers;
}
