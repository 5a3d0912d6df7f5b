import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { continueRun, runUndisturbed, type Undisturbed } from "./case.ts";
import { checkEnd, checkSite, failuresOf } from "./checks.ts";
import { makeSite, prepareGround, rolloutArgs, start, type Ground } from "./ground.ts";
import { groupsOf } from "./leftovers.ts";
import { startService, type Behaviour } from "./model-service.ts";

const LIMIT = { timeout: 300_000 };
const PROGRAM = fileURLToPath(new URL("model-process.ts", import.meta.url));

let ground: Ground;
let loop: Undisturbed;
beforeAll(async () => {
  ground = await prepareGround();
  loop = await runUndisturbed(ground, "loop");
}, 300_000);
afterAll(() => ground[Symbol.asyncDispose]());

interface ServiceProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Resolves when that request has come. */
  request(number: number): Promise<void>;
  kill(): Promise<void>;
}

async function startProcess(behaviour: Behaviour, at?: string): Promise<ServiceProcess> {
  const port = at === undefined ? [] : [new URL(at).port];
  const child = spawn(process.execPath, [PROGRAM, behaviour, ...port], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const said = new Map<string, () => void>();
  const heard = (line: string) => new Promise<void>((resolve) => said.set(line, resolve));
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("http")) resolve(line);
      said.get(line)?.();
    });
  });
  return {
    url,
    child,
    request: (number) => heard(`request ${number}`),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

describe("kill -9 of the model's service", () => {
  it.for<[string, Behaviour]>([
    ["in the middle of an answer", "stalls"],
    ["between two calls", "answers"],
  ])(
    "%s: the cause is named, and with the service the same command goes on",
    LIMIT,
    async ([, behaviour]) => {
      const site = await makeSite(ground);
      const service = await startProcess(behaviour);
      const there = { ...ground, modelUrl: service.url };
      const asked = service.request(1);
      const { ended } = start(ground, site, rolloutArgs(there, "loop", site), { plan: {} });
      await asked;
      await service.kill();
      expect(checkEnd(await ended, [1, 3])).toEqual([]);
      for (const cause of failuresOf(site)) expect(cause).toMatch(/^model:model-(unreachable|broke-off)$/);
      const again = await startProcess("answers", service.url);
      expect(await continueRun(there, "loop", site)).toEqual([]);
      await again.kill();
      expect(await checkSite(site, loop.verdicts, groupsOf(site))).toEqual([]);
    },
  );
});

describe("a service that does not answer as it should", () => {
  it.concurrent.for<[Behaviour, string]>([
    ["500", "model:model-server-error"],
    ["garbage", "model:model-bad-response"],
    ["half-a-stream", "model:model-broke-off"],
    ["nothing", "model:model-unreachable"],
  ])(
    "%s is the cause %s of a target's row, after its tries",
    LIMIT,
    async ([behaviour, cause], { expect }) => {
      const site = await makeSite(ground);
      const service = await startProcess(behaviour);
      const there = { ...ground, modelUrl: service.url };
      const { ended } = start(ground, site, rolloutArgs(there, "loop", site));
      expect(checkEnd(await ended, [1, 3])).toEqual([]);
      await service.kill();
      const status = await start(ground, site, ["status", site.run, "--json"]).ended;
      const { no_verdict } = JSON.parse(status.stdout) as { no_verdict: Record<string, number> };
      expect(Object.keys(no_verdict)).toEqual([cause]);
    },
  );
});

it.concurrent.for([
  ["--deadline", "model:model-timeout"],
  ["--stall", "internal:stalled"],
])(
  "a service that takes requests and never answers: %s ends the attempt with the cause %s, and it is made again",
  LIMIT,
  async ([flag = "", cause = ""], { expect }) => {
    const site = await makeSite(ground);
    const [first, again] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using service = await startService("silent", {
      onRequest: (number) => (number === 1 ? first : again).resolve(),
    });
    const args = rolloutArgs({ ...ground, modelUrl: service.url }, "loop", site);
    const { child, ended } = start(ground, site, [...args, "--limit", "1", "--grace", "0", flag, "3"]);
    await Promise.all([first.promise, again.promise]);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(130);
    // The second attempt may end in the same way before the signal comes.
    expect([...new Set(failuresOf(site))]).toEqual([cause]);
  },
);

it(
  "a service that has no room for a while is waited for: no attempt fails, and none is made again",
  LIMIT,
  async () => {
    const site = await makeSite(ground);
    await using service = await startService("answers", {
      behaviourOf: (number) => (number <= 4 ? "429" : "answers"),
    });
    const { ended } = start(ground, site, rolloutArgs({ ...ground, modelUrl: service.url }, "loop", site));
    expect(checkEnd(await ended, [0])).toEqual([]);
    expect(failuresOf(site)).toEqual([]);
    expect(await checkSite(site, loop.verdicts, groupsOf(site))).toEqual([]);
  },
);
