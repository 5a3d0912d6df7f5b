import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { continueRun, runCase, runUndisturbed, type Undisturbed } from "./case.ts";
import { checkEnd, checkSite, failuresOf } from "./checks.ts";
import { makeSite, prepareGround, rolloutArgs, start, type Ground } from "./ground.ts";
import { groupsOf } from "./leftovers.ts";
import { startService } from "./model-service.ts";

const SEED = process.env["CHAOS_SEED"] ?? "1";
const LIMIT = { timeout: 300_000 };

let ground: Ground;
let loop: Undisturbed;
let milliseconds: number;
beforeAll(async () => {
  ground = await prepareGround();
  const began = performance.now();
  loop = await runUndisturbed(ground, "loop");
  milliseconds = performance.now() - began;
}, 300_000);
afterAll(() => ground[Symbol.asyncDispose]());

describe("kill -9", () => {
  it("of the run, twice, at any time: the third time it ends as if nothing had been", LIMIT, async () => {
    const random = createRandom(SEED, "kills");
    for (let round = 0; round < 3; round++) {
      const site = await makeSite(ground);
      const groups: string[] = [];
      for (let kill = 0; kill < 2; kill++) {
        const { child, ended } = start(ground, site, rolloutArgs(ground, "loop", site), { plan: {} });
        await Promise.race([delay(random.next() * milliseconds), ended]);
        child.kill("SIGKILL");
        await ended;
        groups.push(...groupsOf(site));
      }
      const violations = await continueRun(ground, "loop", site);
      expect([...violations, ...(await checkSite(site, loop.verdicts, groups))]).toEqual([]);
    }
  });

  it(
    "of a sandbox: its attempt has no verdict, by a cause that says so, and is made again",
    LIMIT,
    async () => {
      const site = await makeSite(ground);
      let run: number | undefined;
      let killed = 0;
      await using service = await startService("answers", {
        onRequest(number) {
          // By now its shell is open.
          if (number === 2) killed = killSandboxes(run ?? 0);
        },
      });
      const there = { ...ground, modelUrl: service.url };
      const one = [...rolloutArgs(there, "loop-namespaces", site), "--concurrency", "1"];
      const { child, ended } = start(ground, site, one);
      run = child.pid;
      expect(checkEnd(await ended, [0, 1])).toEqual([]);
      expect(killed).toBeGreaterThan(0);
      expect(await continueRun(there, "loop-namespaces", site)).toEqual([]);
      expect(failuresOf(site)).toEqual([expect.stringMatching(/^sandbox:/)]);
      const calm = await runUndisturbed(ground, "loop-namespaces");
      expect(await checkSite(site, calm.verdicts, groupsOf(site))).toEqual([]);
    },
  );
});

it(
  "kill -9 while a run tries out what the machine gives: the next one removes what is left",
  LIMIT,
  async () => {
    const calm = await runUndisturbed(ground, "scripted-namespaces");
    const points = [
      "mkdirSync@sandboxes/namespaces/trial:runOnce",
      "rmSync@sandboxes/namespaces/shared-file:shareBytes",
    ];
    expect(Object.keys(calm.points)).toEqual(expect.arrayContaining(points));
    const faults = points.map((point) => ({ point, hit: 1, disturbance: "before" as const }));
    const results = await Promise.all(faults.map((fault) => runCase(ground, calm, fault)));
    for (const { met, violations } of results)
      expect({ met, violations }).toEqual({ met: true, violations: [] });
  },
);

/** Kills what a run has started for sandboxes: all below its process but its agents, which are Node's, and git. */
function killSandboxes(run: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const stat = tryTo(() => readFileSync(`/proc/${name}/stat`, "latin1")) ?? "";
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isBelow = (id: number): boolean => {
    const parent = parents.get(id) ?? 0;
    return parent === run || (parent > 1 && isBelow(parent));
  };
  const ours = [...parents.keys()].filter((id) => {
    const program = path.basename(tryTo(() => readlinkSync(`/proc/${id}/exe`)) ?? "git");
    return isBelow(id) && program !== "node" && program !== "git";
  });
  for (const id of ours) tryTo(() => process.kill(id, "SIGKILL"));
  return ours.length;
}

/** A process may be gone at any moment. */
function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
