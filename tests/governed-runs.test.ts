import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, openRun } from "../src/index.ts";
import { finishedAttempts } from "../src/runs/open.ts";
import { lookTwice, startChatService, type ChatService } from "../src/testing/chat-service.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

const LIMIT = { timeout: 300_000 };

/** Runs of the real command against a real service: what may be spent, and how much is asked at a time. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await build({
    repositories: [await writeSampleRepository(folder.file("orchard"))],
    task: "func-localize",
    perRepository: 4,
    cache: folder.file("cache"),
    out: folder.file("data"),
  });
});
afterAll(() => folder[Symbol.asyncDispose]());

const CALL = { input: 100, output: 10 };
/** What one call costs at $1000 for a million tokens. */
const CALL_DOLLARS = 0.11;
const PRICE = ["--price", "m=1000,1000"];

/** The command for a run whose model is the service's; the machine's governor is this test's own. */
function rolloutAt({ url }: Pick<ChatService, "url">, run: string, ...more: string[]) {
  const place = ["rollout", folder.file("data"), "--run", folder.file(run), "--json"];
  const model = ["--agent", "loop", "--model", "m", "--base-url", url];
  return [...place, ...model, "--isolation", "process", "--allow-unsafe", ...more];
}

const environment = () => ({
  XDG_RUNTIME_DIR: folder.path,
  XDG_STATE_HOME: folder.file("state"),
  NODE_COMPILE_CACHE: folder.file("compiled"),
});
const command = (args: readonly string[]) => runCommand(args, { environment: environment() });

describe("a run with a cap of dollars", () => {
  it(
    "ends when it is spent, is refused while it is, and goes on to its end with a higher cap",
    LIMIT,
    async () => {
      await using service = await startChatService((request) => ({ ...lookTwice(request), usage: CALL }));
      const capped = (dollars: number) =>
        command(rolloutAt(service, "capped", ...PRICE, "--concurrency", "2", "--max-cost", String(dollars)));
      const spentBy = async () => (await openRun(folder.file("capped"))).state.spent.dollars;

      const first = await capped(0.5);
      expect(first.code).toBe(3);
      expect(first.rows()).toMatchObject([{ error: { code: "run-budget-spent" } }]);
      expect(first.stderr).toMatch(/The budget of the run is spent: \$0\.\d+ of \$0\.5000/);
      const { counts } = await openRun(folder.file("capped"));
      expect(counts).toMatchObject({ targets: 4, running: 0, no_verdict: {} });
      // Of five calls, three end one attempt; those of the other are cut off.
      expect(counts).toMatchObject({ owed: 3 });
      const spent = await spentBy();
      expect(spent).toBeGreaterThanOrEqual(0.5);
      expect(spent).toBeLessThanOrEqual(0.5 + 2 * CALL_DOLLARS);

      const { requests } = service;
      const refused = await capped(0.5);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toMatch(/error: The budget of the run is spent.*\n {2}Raise --max-cost/);
      expect(service.requests).toBe(requests);
      expect(await spentBy()).toBe(spent);

      const second = await capped(10);
      expect({ code: second.code, stderr: second.stderr }).toMatchObject({ code: 0 });
      expect(second.rows()).toMatchObject([{ targets: 4, owed: 0, no_verdict: {} }]);
      // Nothing that was spent before is forgotten, and nothing is counted twice.
      expect(await spentBy()).toBeCloseTo(service.requests * CALL_DOLLARS);

      const { requests: all } = service;
      const finished = await capped(0.5);
      expect({ code: finished.code, stdout: finished.rows() }).toMatchObject({
        code: 0,
        stdout: [{ owed: 0 }],
      });
      expect(service.requests).toBe(all);
    },
  );

  it("whose model has no price is refused before anything is made", LIMIT, async () => {
    const args = rolloutAt({ url: "http://127.0.0.1:9/v1" }, "unpriced", "--max-cost", "1");
    const { code, rows } = await command(args);
    expect({ code, rows: rows() }).toMatchObject({ code: 3, rows: [{ error: { code: "price-unknown" } }] });
    expect(readdirSync(folder.path)).not.toContain("unpriced");
  });
});

/** A service that answers when it is let, one call after the other. */
async function startHeldService(answer: Parameters<typeof startChatService>[0] = lookTwice) {
  const waiting: (() => void)[] = [];
  let open = false;
  const service = await startChatService(async (request) => {
    if (!open) await new Promise<void>((resolve) => waiting.push(resolve));
    return answer(request);
  });
  return {
    service,
    /** Waits until so many calls are under way. */
    atWork: (calls: number) => expect.poll(() => waiting.length, { timeout: 60_000 }).toBe(calls),
    letGo: (calls: number) => waiting.splice(0, calls).forEach((go) => go()),
    letAllGo() {
      open = true;
      waiting.splice(0).forEach((go) => go());
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

it("a run's calls at a time are lowered and raised while it goes on", LIMIT, async () => {
  await using held = await startHeldService();
  const { service, atWork, letGo, letAllGo } = held;
  const set = async (calls: number) => {
    const { rows } = await command(["endpoints", "--set", service.url, `max-calls=${calls}`, "--json"]);
    return rows();
  };
  const args = rolloutAt(service, "adjusted", "--concurrency", "4");
  const { child, result } = startCommand(args, { environment: environment() });
  await atWork(4);

  expect(await set(1)).toMatchObject([{ limit: 1, under_way: 4, limits: { max_calls: 1 } }]);
  letGo(4);
  for (let call = 0; call < 3; call++) {
    await atWork(1);
    // What waits for its turn is at the governor, not at the service.
    expect(await command(["endpoints", "--json"]).then(({ rows }) => rows())).toMatchObject([
      { under_way: 1 },
    ]);
    expect(service.requests).toBe(5 + call);
    letGo(1);
  }

  await atWork(1);
  expect(await set(3)).toMatchObject([{ limit: 3, under_way: 3 }]);
  await atWork(3);
  expect(child.exitCode).toBe(null);
  letAllGo();
  const { code, rows } = await result;
  expect({ code, rows: rows() }).toMatchObject({ code: 0, rows: [{ targets: 4, owed: 0, no_verdict: {} }] });
  expect(service.requests).toBe(12);
});

it(
  "attempts that share a process have each their own budget, and one that is spent ends no other",
  LIMIT,
  async () => {
    let dear: string | undefined;
    await using held = await startHeldService((request) => {
      dear ??= request.task;
      return { ...lookTwice(request), usage: request.task === dear ? { input: 300, output: 10 } : CALL };
    });
    const { service, atWork, letAllGo } = held;
    const caps = [...PRICE, "--max-cost-per-attempt", "0.5"];
    const args = rolloutAt(service, "shared", "--concurrency", "4", ...caps);
    const { child, result } = startCommand(args, { environment: environment() });
    await atWork(4);
    expect(agentProcesses(child.pid ?? 0)).toHaveLength(1);
    letAllGo();
    expect((await result).code).toBe(0);

    const attempts = [...(await finishedAttempts(await openRun(folder.file("shared")))).values()];
    const ends = attempts.map(({ end, steps, dollars }) => ({ end, steps, dollars }));
    expect(ends.sort((a, b) => a.end.localeCompare(b.end))).toEqual([
      { end: "cost-limit", steps: 2, dollars: expect.closeTo(0.62) },
      ...Array.from({ length: 3 }, () => ({
        end: "finished",
        steps: 3,
        dollars: expect.closeTo(3 * CALL_DOLLARS),
      })),
    ]);
  },
);

/** The processes that a run has started for agents. */
function agentProcesses(run: number): string[] {
  return readdirSync(`/proc/${run}/task`)
    .flatMap((task) => readFileSync(`/proc/${run}/task/${task}/children`, "utf8").trim().split(" "))
    .filter((id) => /agents\/host\.[jt]s/.test(id === "" ? "" : readFileSync(`/proc/${id}/cmdline`, "utf8")));
}
