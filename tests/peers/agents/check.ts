import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { EXTERNAL_PROGRAMS } from "../../../src/agents/external/programs.ts";
import { messageOf } from "../../../src/base/errors.ts";
import { createLog } from "../../../src/base/log.ts";
import { readExchanges } from "../../../src/exchanges/store.ts";
import { build, finishedAttempts, openRun, rollout, type RolloutRequest } from "../../../src/index.ts";
import { engineUnderTest, TEST_IMAGE } from "../../../src/sandboxes/container/testing.ts";
import { writeSampleRepository } from "../../../src/testing/sample-repository.ts";
import { solvingEdit } from "../../external/solution.ts";
import { answersFor } from "./answers.ts";

/**
 * Each agent that others wrote, installed from its registry, in a sandbox of this machine's strongest level, and in a container where an engine
 * has the image of our tests, with a model that says what is written down: it must edit the right file with its own tools, and be judged
 * solved by the diff. Returns a line `ok …` or `FAIL …` for each.
 */
export async function checkAgents(): Promise<string[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "agents-"));
  try {
    const repository = await writeSampleRepository(path.join(folder, "orchard"));
    const dataset = path.join(folder, "data");
    const cache = path.join(folder, "cache");
    await build({ repositories: [repository], task: "func-localize", perRepository: 1, cache, out: dataset });
    const lines: string[] = [];
    for (const place of await placesHere()) {
      for (const { name, version } of EXTERNAL_PROGRAMS) {
        const fault = await faultOf(name, dataset, folder, place).catch(messageOf);
        const what = `${name} ${version}${place.image === undefined ? "" : " in a container"}`;
        lines.push(fault === undefined ? `ok ${what}: solved by its own tools` : `FAIL ${what}: ${fault}`);
      }
    }
    return lines;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Place = Pick<RolloutRequest, "isolation" | "image">;

async function placesHere(): Promise<Place[]> {
  const hasContainers = (await engineUnderTest()) !== undefined;
  return [{}, ...(hasContainers ? [{ isolation: "container" as const, image: TEST_IMAGE }] : [])];
}

async function faultOf(
  agent: string,
  dataset: string,
  folder: string,
  place: Place,
): Promise<string | undefined> {
  const answers = path.join(folder, `${agent}.jsonl`);
  const rows = answersFor(agent, await solvingEdit(dataset), "/workspace/orchard");
  await writeFile(answers, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const run = path.join(folder, `run-${agent}-${place.isolation ?? "strongest"}`);
  await rollout({
    ...place,
    dataset,
    run,
    agent,
    model: { name: "teacher", baseUrl: answers, api: "replay" },
    deadlineSeconds: 120,
    log: createLog(process.stderr),
  });
  for (const attempt of (await finishedAttempts(await openRun(run))).values()) {
    const kept = path.join(run, "attempts", attempt.id);
    const output = await readFile(path.join(kept, "output.txt"), "utf8").catch(() => "");
    const told = `${attempt.end}, ${JSON.stringify(attempt.verdict)}\n${output.slice(-2000)}`;
    if (attempt.verdict.outcome !== "solved" || attempt.end !== "finished") return told;
    const exchanges = await Array.fromAsync(readExchanges(path.join(kept, "exchanges.jsonl.gz")));
    const answered = exchanges.filter(
      ({ dialect, response }) => dialect !== undefined && response?.status === 200,
    );
    if (answered.length < 2) return `${answered.length} answers are kept`;
    const steps = await readFile(path.join(kept, "steps.jsonl"), "utf8");
    if (!steps.includes('"type":"result"')) return "the record has no result of a tool";
    if (/"kind":"(retry|compaction)"|"reason":"condensed"/.test(steps))
      return "one conversation is taken for several";
    return undefined;
  }
  return "no attempt was finished";
}
