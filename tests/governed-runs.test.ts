import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, openRun } from "../src/index.ts";
import { finishedAttempts } from "../src/runs/open.ts";
import { lookTwice, startChatService, type ChatService } from "../src/testing/chat-service.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

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

const environment = () => ({ XDG_RUNTIME_DIR: folder.path, XDG_STATE_HOME: folder.file("state") });
const command = (args: readonly string[]) => runCommand(args, { environment: environment() });

describe("a run with a cap of dollars", () => {
  it("ends when it is spent, is refused while it is, and goes on to its end with a higher cap", async () => {
    await using service = await startChatService((request) => ({ ...lookTwice(request), usage: CALL }));
    const capped = (dollars: number) =>
      command(rolloutAt(service, "capped", ...PRICE, "--concurrency", "2", "--max-cost", String(dollars)));
    const spentBy = async () => (await openRun(folder.file("capped"))).state.spent.dollars;

    const first = await capped(0.6);
    expect(first.code).toBe(3);
    expect(first.rows()).toMatchObject([{ error: { code: "run-budget-spent" } }]);
    expect(first.stderr).toMatch(/The budget of the run is spent: \$0\.\d+ of \$0\.6000/);
    const { counts } = await openRun(folder.file("capped"));
    expect(counts).toMatchObject({ targets: 4, running: 0, no_verdict: {} });
    expect(counts.owed).toBeGreaterThan(0);
    const spent = await spentBy();
    expect(spent).toBeGreaterThanOrEqual(0.6);
    expect(spent).toBeLessThanOrEqual(0.6 + 2 * CALL_DOLLARS);

    const { requests } = service;
    const refused = await capped(0.6);
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
    const finished = await capped(0.6);
    expect({ code: finished.code, stdout: finished.rows() }).toMatchObject({ code: 0, stdout: [{ owed: 0 }] });
    expect(service.requests).toBe(all);
  });

  it("whose model has no price is refused before anything is made", async () => {
    const args = rolloutAt({ url: "http://127.0.0.1:9/v1" }, "unpriced", "--max-cost", "1");
    const { code, rows } = await command(args);
    expect({ code, rows: rows() }).toMatchObject({ code: 3, rows: [{ error: { code: "price-unknown" } }] });
    expect(readdirSync(folder.path)).not.toContain("unpriced");
  });
});
