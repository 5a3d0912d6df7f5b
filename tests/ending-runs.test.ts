import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, openRun, rollout } from "../src/index.ts";
import { makeOwnedFolder, reapOwnedFolders } from "../src/base/owned-folder.ts";
import { lookTwice, startChatService, startRefusingService } from "../src/testing/chat-service.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

/** How runs end before all is done, and go on. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const repository = await writeSampleRepository(folder.file("orchard"));
  await build({
    repositories: [repository],
    task: "func-localize",
    perRepository: 4,
    cache: folder.file("cache"),
    out: folder.file("data"),
  });
});
afterAll(() => folder[Symbol.asyncDispose]());

/** A program that says that it is there, and then works for as long as nobody lets it end. */
async function startRun(run: string, grace: string) {
  const flag = (name: string) => folder.file(`${run}-${name}`);
  const line = `touch ${flag("working")}; while ! [ -e ${flag("enough")} ]; do sleep 0.05; done`;
  const place = ["rollout", folder.file("data"), "--run", folder.file(run), "--json"];
  const agent = ["--agent", "command", "--command", line];
  const model = ["--model", "m", "--base-url", folder.file("none.jsonl"), "--api", "replay"];
  const how = ["--isolation", "process", "--allow-unsafe", "--concurrency", "1", "--grace", grace];
  const { child, result } = startCommand([...place, ...agent, ...model, ...how]);
  await writeFile(folder.file("none.jsonl"), "");
  const isWorking = async () =>
    (await readdir(folder.path)).includes(`${run}-working`) || child.exitCode !== null;
  while (!(await isWorking())) await new Promise((resolve) => setTimeout(resolve, 20));
  return { child, result, letEnd: () => writeFile(flag("enough"), "") };
}

describe("a signal", () => {
  it.each(["SIGINT", "SIGTERM", "SIGUSR1"] as const)(
    "%s begins no more attempts and lets the one under way end",
    async (signal) => {
      const { child, result, letEnd } = await startRun(`drained-${signal}`, "600");
      child.kill(signal);
      while (!(await drainingIn(child))) await new Promise((resolve) => setTimeout(resolve, 20));
      await letEnd();
      const { code, stderr, rows } = await result;
      expect({ code, stderr }).toMatchObject({
        code: 130,
        stderr: expect.stringContaining("3 targets left"),
      });
      expect(rows()).toMatchObject([{ error: { code: "interrupted", left: 3, counts: { owed: 3 } } }]);
    },
  );

  it("cuts the attempt off when its time is over, and the next run owes it", async () => {
    const { child, result } = await startRun("cut-off", "0");
    child.kill("SIGTERM");
    expect((await result).code).toBe(130);
    const ledger = await readFile(folder.file("cut-off/ledger.jsonl"), "utf8");
    expect(ledger).toContain('"reason":"drained"');
    expect((await openRun(folder.file("cut-off"))).counts).toMatchObject({ owed: 4, running: 0 });
  });

  it("that comes again waits for nothing", async () => {
    const { child, result } = await startRun("at-once", "600");
    child.kill("SIGINT");
    while (!(await drainingIn(child))) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    expect((await result).code).toBe(130);
    expect(await readFile(folder.file("at-once/ledger.jsonl"), "utf8")).toContain('"reason":"aborted"');
  });
});

const said = new WeakMap<object, { text: string }>();
/** Whether a command has said that it ends. */
async function drainingIn(child: ReturnType<typeof startCommand>["child"]): Promise<boolean> {
  let heard = said.get(child);
  if (heard === undefined) {
    const fresh = { text: "" };
    said.set(child, (heard = fresh));
    child.stderr?.on("data", (chunk: Buffer) => (fresh.text += chunk.toString("utf8")));
  }
  return heard.text.includes("no new attempts") || child.exitCode !== null;
}

describe("a run that goes on", () => {
  it("goes on when an earlier version made it", async () => {
    const run = folder.file("old");
    const request = { dataset: folder.file("data"), run, agent: "scripted", limit: 1 };
    await rollout(request);
    await writeAsFormat1(run);
    const counts = await rollout({ ...request, limit: 2 });
    expect(counts).toMatchObject({ targets: 2, owed: 0, attempts: 2 });
    expect((await openRun(run)).manifest.config.solvers).toMatchObject([
      { name: "solver", agent: "scripted" },
    ]);
  });

  it("is refused with each difference by its name", async () => {
    const run = folder.file("fixed");
    const solvers = [{ agent: "scripted" }, { agent: "scripted", name: "again" }];
    const request = { dataset: folder.file("data"), run, solvers, limit: 1 };
    expect(await rollout(request)).toMatchObject({ targets: 2, owed: 0 });
    const other = { ...request, solvers: [{ agent: "scripted" }, { agent: "scripted", name: "other" }] };
    await expect(rollout(other)).rejects.toMatchObject({
      code: "other-run",
      fields: { differences: ['solvers.1.name: "again" → "other"'] },
    });
    const data = folder.file("other-data");
    await build({
      repositories: [folder.file("orchard")],
      task: "func-localize",
      perRepository: 2,
      cache: folder.file("cache"),
      out: data,
    });
    await expect(rollout({ ...request, dataset: data })).rejects.toMatchObject({
      fields: { differences: expect.arrayContaining(["dataset.instances: 4 → 2"]) },
    });
  });
});

it(
  "an endpoint that never answers leaves its own targets owed, and those of another are worked on",
  { timeout: 300_000 },
  async () => {
    await using living = await startChatService(lookTwice);
    const dead = await startChatService(lookTwice);
    await dead[Symbol.asyncDispose]();
    const solverAt = (name: string, baseUrl: string) => ({
      name,
      agent: "loop",
      model: { name: "m", baseUrl },
    });
    const config = folder.file("two-endpoints.json");
    const run = folder.file("two-endpoints");
    await writeFile(
      config,
      JSON.stringify({
        dataset: folder.file("data"),
        run,
        solvers: [solverAt("dead", dead.url), solverAt("living", living.url)],
        isolation: "process",
        allowUnsafe: true,
      }),
    );
    const { code, rows, stderr } = await runCommand(["rollout", "--config", config, "--json"]);
    expect({ code, rows: rows() }).toMatchObject({
      code: 3,
      rows: [{ error: { code: "model-unreachable" } }],
    });
    const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
    expect(errors).toEqual([expect.stringContaining(`${dead.url} (m): cannot talk to the service`)]);
    const { state, counts } = await openRun(run);
    expect(counts).toMatchObject({ targets: 8, running: 0, solved: 0, unsolved: 4 });
    const worked = [...state.targets.values()].filter(({ last }) => last?.outcome === "unsolved");
    expect(new Set(worked.map(({ target }) => target.solver))).toEqual(new Set(["living"]));

    await using back = await startChatService(lookTwice, Number(new URL(dead.url).port));
    const again = await runCommand(["rollout", "--config", config, "--json"]);
    expect({ code: again.code, rows: again.rows() }).toMatchObject({ code: 0, rows: [{ unsolved: 8 }] });
    expect(back.requests).toBeGreaterThan(0);
  },
);

it(
  "models that refuse every attempt leave their own targets owed, and those of another are worked on",
  { timeout: 300_000 },
  async () => {
    await using living = await startChatService(lookTwice);
    const locked = await startRefusingService(401);
    const gone = await startRefusingService(404);
    const services = { locked, gone, living };
    const solvers = Object.entries(services).map(([name, { url: baseUrl }]) => ({
      name,
      agent: "loop",
      model: { name: "m", baseUrl },
    }));
    const config = folder.file("refused.json");
    const run = folder.file("refused");
    const settings = { dataset: folder.file("data"), run, solvers, isolation: "process", allowUnsafe: true };
    await writeFile(config, JSON.stringify(settings));

    const { code, rows, stderr } = await runCommand(["rollout", "--config", config, "--json"]);
    expect({ code, rows: rows(), stderr }).toMatchObject({
      code: 3,
      rows: [{ error: { code: "model-unauthorized" } }],
      stderr: expect.stringContaining(`the targets of ${locked.url} (m) stay owed, those of others go on`),
    });
    expect(stderr).toContain(`the targets of ${gone.url} (m) stay owed, those of others go on`);
    const { state } = await openRun(run);
    const ends = new Set(
      [...state.targets.values()].map(
        ({ target, last }) => `${target.solver} ${last?.cause ?? last?.outcome}`,
      ),
    );
    expect([...ends].sort()).toEqual([
      "gone model:model-not-found",
      "gone undefined",
      "living unsolved",
      "locked model:model-unauthorized",
      "locked undefined",
    ]);

    const portOf = ({ url }: { readonly url: string }) => Number(new URL(url).port);
    for (const service of [locked, gone]) await service[Symbol.asyncDispose]();
    await using unlocked = await startChatService(lookTwice, portOf(locked));
    await using back = await startChatService(lookTwice, portOf(gone));
    const again = await runCommand(["rollout", "--config", config, "--json"]);
    expect({ code: again.code, rows: again.rows() }).toMatchObject({ code: 0, rows: [{ unsolved: 12 }] });
    expect(Math.min(unlocked.requests, back.requests)).toBeGreaterThan(0);
  },
);

/** As version 0.1 wrote a run of one agent: no solvers, no checksums, `started` for `claimed`. */
async function writeAsFormat1(run: string): Promise<void> {
  const file = path.join(run, "run.json");
  const manifest = JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, unknown>>;
  const { solvers, ...config } = manifest["config"] ?? {};
  const [{ name: _, ...solver }] = solvers as [Record<string, unknown>];
  const old = { ...manifest, schema_version: 1, config: { ...solver, ...config } };
  await writeFile(file, JSON.stringify(old));
  const ledger = path.join(run, "ledger.jsonl");
  const lines = (await readFile(ledger, "utf8")).trim().split("\n");
  const lowered = lines.map((line) => JSON.stringify(lower(JSON.parse(line) as Record<string, unknown>)));
  await writeFile(ledger, `${lowered.join("\n")}\n`);
}

function lower(line: Record<string, unknown>): Record<string, unknown> {
  const { sum: _, ...event } = line;
  if (event["type"] === "declared") {
    const targets = (event["targets"] as { id: string }[]).map(({ id }) => id);
    return { ...event, schema_version: 1, targets };
  }
  if (event["type"] === "claimed") {
    const { worker: __, ...rest } = event;
    return { ...rest, type: "started", process: 1 };
  }
  if (event["type"] !== "finished") return event;
  const { solver: ___, ...attempt } = event["attempt"] as Record<string, unknown>;
  return { ...event, attempt: { ...attempt, schema_version: 1 } };
}

it("temporary folders of a process that is gone are removed, and others stay", async () => {
  const mine = await makeOwnedFolder("w-", folder.path);
  const left = await makeOwnedFolder("e-", folder.path);
  await writeFile(path.join(left, ".owner"), "999999999 1");
  await mkdir(path.join(left, "g"));
  const stranger = path.join(folder.path, "w-abcdef");
  await mkdir(stranger);
  expect(await reapOwnedFolders(folder.path)).toEqual([left]);
  expect(await readdir(folder.path)).toEqual(expect.arrayContaining([path.basename(mine), "w-abcdef"]));
});
