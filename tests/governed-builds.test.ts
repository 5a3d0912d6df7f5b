import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startChatService, type ChatRequest, type ChatService } from "../src/testing/chat-service.ts";
import { runCommand, startCommand, temporaryFolder } from "../src/testing/command-line.ts";
import { writeSampleRepository, writeSampleVariant } from "../src/testing/sample-repository.ts";

const LIMIT = { timeout: 600_000 };

/** Builds by the real command whose descriptions a real service writes: what may be spent on them. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeSampleRepository(folder.file("orchard"));
  await writeSampleVariant(folder.file("meadow"), "_there");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** What one call costs at $1000 for a million tokens. */
const CALL_DOLLARS = 0.11;
const PRICE = ["--price", "m=1000,1000"];

/** Two descriptions of each repository: one call for each. */
function buildAt({ url }: Pick<ChatService, "url">, out: string, sources: string[], ...more: string[]) {
  const task = ["--task", "func-localize", "--set", "masked=false", "--per-repo", "2", "--concurrency", "2"];
  const place = ["--out", folder.file(out), "--cache", folder.file("cache"), "--json"];
  return [
    "build",
    ...sources.map((name) => folder.file(name)),
    ...task,
    ...place,
    "--model",
    "m",
    "--base-url",
    url,
    ...more,
  ];
}

/** The words of the code that is asked about: no other definition has them. */
function describeCode({ task }: Pick<ChatRequest, "task">) {
  const code = task.slice(task.indexOf("```python"));
  const words = new Set(code.replaceAll("\\n", " ").match(/[a-z]{4,}/g));
  return { text: [...words].sort().join(" "), usage: { input: 100, output: 10 } };
}

/** The machine's governor is this test's own. */
const environment = () => ({
  XDG_RUNTIME_DIR: folder.path,
  XDG_STATE_HOME: folder.file("state"),
  NODE_COMPILE_CACHE: folder.file("compiled"),
});
const command = (args: readonly string[]) => runCommand(args, { environment: environment() });

it(
  "a build ends when its budget is spent, over all its processes, keeps what is finished, and goes on with a higher one",
  LIMIT,
  async () => {
    await using service = await startChatService(describeCode);
    const capped = (dollars: number) =>
      command(buildAt(service, "capped", ["orchard", "meadow"], ...PRICE, "--max-cost", String(dollars)));

    const first = await capped(0.25);
    expect({ code: first.code, rows: first.rows() }).toMatchObject({
      code: 3,
      rows: [{ error: { code: "run-budget-spent" } }],
    });
    expect(first.stderr.match(/error: .*/g)).toEqual([expect.stringMatching(/\$0\.3300 of \$0\.2500/)]);
    expect(first.stderr).toContain("Raise --max-cost");
    expect(service.requests).toBe(3);
    expect(await readdir(folder.file("capped/parts"))).toHaveLength(1);

    expect((await capped(0.25)).rows()).toMatchObject([{ error: { code: "run-budget-spent" } }]);
    expect(service.requests).toBe(3);

    const second = await capped(10);
    expect({ code: second.code, stderr: second.stderr }).toMatchObject({ code: 0 });
    expect(service.requests).toBe(5);
    const whole = {
      instances: 4,
      tokens: { input: 500, output: 50, cached: 0 },
      cost: expect.closeTo(5 * CALL_DOLLARS),
    };
    expect(second.rows()).toMatchObject([whole]);

    // A finished build has nothing to spend.
    const again = await capped(0.25);
    expect({ code: again.code, rows: again.rows() }).toMatchObject({ code: 0, rows: [whole] });
  },
);

it(
  "what was spent before kill -9 is not forgotten, and what was under way counts as reserved",
  LIMIT,
  async () => {
    let hold = true;
    const asked = Promise.withResolvers<void>();
    await using service = await startChatService(async (request) => {
      if (hold && request.number === 2) {
        asked.resolve();
        await new Promise(() => {});
      }
      return describeCode(request);
    });
    const capped = (dollars: number) =>
      buildAt(service, "killed", ["orchard"], ...PRICE, "--max-cost", String(dollars));
    const { child } = startCommand(capped(1), { environment: environment() });
    const closed = once(child, "close");
    await asked.promise;
    child.kill("SIGKILL");
    await closed;
    hold = false;

    // The answer of the call under way may have had 2,000 tokens.
    const refused = await command(capped(1));
    expect(refused.rows()).toMatchObject([{ error: { code: "run-budget-spent" } }]);
    expect(service.requests).toBe(2);
    const { code, rows, stderr } = await command(capped(100));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [{ cost }] = rows() as [{ cost: number }];
    expect(cost).toBeGreaterThan(3 * CALL_DOLLARS + 2);
    expect(cost).toBeLessThan(3 * CALL_DOLLARS + 6);
  },
);

it("a build whose model has no price is refused before any call", LIMIT, async () => {
  await using service = await startChatService(describeCode);
  const { code, rows } = await command(buildAt(service, "unpriced", ["orchard"], "--max-cost", "1"));
  expect({ code, rows: rows() }).toMatchObject({ code: 3, rows: [{ error: { code: "price-unknown" } }] });
  expect(service.requests).toBe(0);
});
