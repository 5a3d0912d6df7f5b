import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { continueRun, runUndisturbed, type Undisturbed } from "./case.ts";
import { checkEnd, checkSite, failuresOf, readLedger } from "./checks.ts";
import { makeSite, prepareGround, rolloutArgs, start, type Ground, type Site } from "./ground.ts";
import { groupsOf } from "./leftovers.ts";
import { startService } from "./model-service.ts";

const LIMIT = { timeout: 300_000 };

let ground: Ground;
let loop: Undisturbed;
beforeAll(async () => {
  ground = await prepareGround();
  loop = await runUndisturbed(ground, "loop");
}, 300_000);
afterAll(() => ground[Symbol.asyncDispose]());

const argsFor = (site: Site, there = ground) => [...rolloutArgs(there, "loop", site), "--concurrency", "1"];

/** Runs lines of bash where what they mount is seen by nobody else; the command is `"$@"`. */
async function runInScript(site: Site, script: string) {
  await mkdir(site.run, { recursive: true });
  return start(ground, site, argsFor(site), { plan: {}, script }).ended;
}

describe("a disk", () => {
  // Full before the first attempt, within it, and within a later one.
  it.each([4, 12, 28, 36])(
    "of %d KiB that gets full: with space, the same command goes on",
    LIMIT,
    async (size) => {
      const site = await makeSite(ground);
      const kept = path.join(site.folder, "kept");
      const { stdout, stderr } = await runInScript(
        site,
        `mount -t tmpfs -o size=${size}k tmpfs ${site.run} || exit 99
       "$@"; echo "first: $?"
       cp -r ${site.run} ${site.folder}/first
       mount -o remount,size=64m ${site.run}
       "$@"; echo "second: $?"
       cp -r ${site.run} ${kept}`,
      );
      expect(stdout, stderr).toContain("first: 3");
      expect(stdout).toContain('"code":"disk-full"');
      expect(stdout, stderr).toContain("second: 0");
      await cp(kept, site.run, { recursive: true });
      const before = await readFile(path.join(site.folder, "first/ledger.jsonl"), "utf8").catch(() => "");
      const whole = before.slice(0, before.lastIndexOf("\n") + 1);
      expect((await readFile(path.join(site.run, "ledger.jsonl"), "utf8")).startsWith(whole)).toBe(true);
      expect(await checkSite(site, loop.verdicts, groupsOf(site))).toEqual([]);
    },
  );

  it(
    "that may not be written to: one line says so, and where it may, the same command works",
    LIMIT,
    async () => {
      const site = await makeSite(ground);
      const { stdout, stderr } = await runInScript(
        site,
        `mount --bind ${site.run} ${site.run} && mount -o remount,bind,ro ${site.run} || exit 99
       "$@"; echo "first: $?"`,
      );
      expect(stdout, stderr).toContain("first: 3");
      expect(stdout).toContain('"code":"not-writable"');
      expect(await continueRun(ground, "loop", site)).toEqual([]);
      expect(await checkSite(site, loop.verdicts, groupsOf(site))).toEqual([]);
    },
  );
});

it("a clock that jumps by days changes no duration, no wait and no verdict", LIMIT, async () => {
  const site = await makeSite(ground);
  let failures = 0;
  await using service = await startService("answers", {
    // Two answers that are waited for again.
    behaviourOf: (number) => (number === 2 || number === 3 ? (failures++, "500") : "answers"),
  });
  const preload = fileURLToPath(new URL("inside/clock-jumps.ts", import.meta.url));
  const there = { ...ground, modelUrl: service.url };
  const began = performance.now();
  const ended = await start(ground, site, argsFor(site, there), { preload }).ended;
  const seconds = (performance.now() - began) / 1000;
  expect(checkEnd(ended, [0])).toEqual([]);
  expect(failures).toBe(2);
  for (const { type, attempt } of readLedger(site)) {
    if (type !== "finished" || typeof attempt !== "object") continue;
    expect(attempt.seconds).toBeGreaterThan(0);
    expect(attempt.seconds).toBeLessThan(seconds);
  }
  expect(await checkSite(site, loop.verdicts, groupsOf(site))).toEqual([]);
});

it("a second process on a run is refused, and the first does not notice", LIMIT, async () => {
  const site = await makeSite(ground);
  const second = { ...site, folder: path.join(site.folder, "second") };
  await mkdir(second.folder);
  let refused: Awaited<ReturnType<typeof start>["ended"]> | undefined;
  await using service = await startService("answers", {
    async onRequest(number) {
      // The first waits for its answer meanwhile.
      if (number === 1) refused = await start(ground, second, argsFor(second, there)).ended;
    },
  });
  const there = { ...ground, modelUrl: service.url };
  const first = await start(ground, site, argsFor(site, there), { plan: {} }).ended;
  expect(refused?.code).toBe(1);
  expect(refused?.stdout).toContain('"code":"in-use"');
  expect(checkEnd(first, [0])).toEqual([]);
  expect(failuresOf(site)).toEqual([]);
  expect(await checkSite(site, loop.verdicts, groupsOf(site))).toEqual([]);
});
