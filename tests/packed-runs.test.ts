import { execFileSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, openRun, rollout } from "../src/index.ts";
import { ledgerEventSchema, type LedgerEvent } from "../src/run.ts";
import { attemptsFolder, GRADES, LEDGER } from "../src/stores/local/layout.ts";
import { writeLine } from "../src/stores/local/lines.ts";
import { openLocalStore } from "../src/stores/local/store.ts";
import { lookTwice, startChatService } from "../src/testing/chat-service.ts";
import { runCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";
import { solved } from "../src/verdict.ts";

const LIMIT = { timeout: 300_000 };

/** Attempts that were moved into packs are, to every command, what they were. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let run: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  run = folder.file("run");
  await build({
    repositories: [await writeSampleRepository(folder.file("orchard"))],
    task: "func-localize",
    perRepository: 2,
    cache: folder.file("cache"),
    out: folder.file("data"),
  });
  await using service = await startChatService(lookTwice);
  const model = { name: "m", baseUrl: service.url };
  await rollout({
    dataset: folder.file("data"),
    run,
    solvers: [{ agent: "scripted" }, { agent: "loop", model }],
    isolation: "process",
    allowUnsafe: true,
  });
  await misjudge();
}, 300_000);
afterAll(() => folder[Symbol.asyncDispose]());

/** The ledger says of what a model did that it solved all, as a grader with a defect would have. */
async function misjudge(): Promise<void> {
  const file = path.join(run, LEDGER);
  const events = (await readFile(file, "utf8")).trim().split("\n").map(eventOf);
  const wrong = events.map((event): LedgerEvent => {
    if (event.type !== "finished" || event.attempt.solver !== "loop") return event;
    return { ...event, attempt: { ...event.attempt, verdict: solved({}) } };
  });
  await writeFile(file, wrong.map((event) => `${writeLine(event)}\n`).join(""));
}

function eventOf(line: string): LedgerEvent {
  const { sum: _, ...event } = JSON.parse(line) as Record<string, unknown>;
  return ledgerEventSchema.parse(event);
}

async function pack(): Promise<void> {
  await using store = await openLocalStore(run, { looseAttempts: 0, attemptsPerPack: 2 });
  await store.tidy(new Date("2026-01-01T00:00:00.000Z"));
}

/** What each command says or writes, by its name. */
async function answers(): Promise<Record<string, string>> {
  const say = async (...args: string[]) => {
    const environment = { NODE_COMPILE_CACHE: folder.file("compiled"), NODE_NO_WARNINGS: "1" };
    const { code, stdout, stderr } = await runCommand(args, { environment });
    expect({ args, code, stderr }).toMatchObject({ code: 0 });
    return `${stderr}\n${stdout}`;
  };
  const out = (name: string) => folder.file(name);
  // First, for the others take what it saves.
  await rm(path.join(run, GRADES), { force: true });
  const regrade = await say("regrade", run, "--save", "--json");
  const ids = [...(await openRun(run)).state.targets.values()].map(({ last }) => last?.attempt ?? "");
  const [id = ""] = ids.filter((name) => name.includes(".loop."));
  const bundle = async () => {
    await say("bundle", run, id, "--out", out("bundle.tar.gz"));
    // What the machine is like is in it too, and changes.
    const others = ["-xzOf", out("bundle.tar.gz"), "--exclude=*/doctor.json", "--exclude=*/bundle.json"];
    return execFileSync("tar", others, { encoding: "utf8" });
  };
  const exported = async () => {
    const said = await say("export", run, "--include-unsolved", "--out", out("rows"));
    const rows = await readFile(path.join(out("rows"), "train.jsonl"), "utf8");
    await rm(out("rows"), { recursive: true });
    return said + rows;
  };
  const report = async () =>
    (await say("report", run, "--out", out("a.html"))) + (await readFile(out("a.html")));
  const saying = {
    grade: say("grade", run, "--json"),
    inspect: say("inspect", run, id),
    "trajectory show": say("trajectory", "show", path.join(attemptsFolder(run), id), "--full"),
    bundle: bundle(),
    export: exported(),
    report: report(),
  };
  const said = Object.entries(saying).map(async ([name, answer]) => [name, await answer] as const);
  const grades = await readFile(path.join(run, GRADES), "utf8");
  return { regrade, grades, ...Object.fromEntries(await Promise.all(said)) };
}

it("says the same of attempts in packs as of those that lie loose, by every command", LIMIT, async () => {
  const loose = await answers();
  expect(loose["regrade"]).toMatch(/changed 2 of 4/);
  await pack();
  expect(await readdir(attemptsFolder(run))).toEqual(["packs"]);
  const packed = await answers();
  for (const [name, said] of Object.entries(loose))
    expect({ name, said: packed[name] }).toEqual({ name, said });
});
