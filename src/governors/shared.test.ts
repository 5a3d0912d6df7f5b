import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { systemTimer } from "../base/clock.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { SharedGate } from "./shared.ts";

interface GateProcess {
  /** What the process answers to a line; an error's message. */
  ask(line: string): Promise<unknown>;
  kill(): Promise<void>;
}

const PROGRAM = `${import.meta.dirname}/testing/gate-process.ts`;

function startGate(folder: string, tokens?: number): GateProcess {
  const args = [PROGRAM, folder, ...(tokens === undefined ? [] : [String(tokens)])];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const open = new Map<string, (result: unknown) => void>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    const { line, result, error } = JSON.parse(text) as { line: string; result?: unknown; error?: string };
    open.get(line)?.(error ?? result);
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  };
  onTestFinished(kill);
  return {
    ask: (line) =>
      new Promise((resolve) => {
        open.set(line, resolve);
        child.stdin.write(`${line}\n`);
      }),
    kill,
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

it("gives all processes of a machine one limit", async () => {
  await using folder = await temporaryFolder();
  const [first, second] = [startGate(folder.path), startGate(folder.path)];
  expect([await first.ask("role"), await second.ask("role")].sort()).toEqual(["follows", "leads"]);
  await second.ask("adjust 2");
  expect(await first.ask("admit a r1")).toMatch(DAY);
  expect(await second.ask("admit b r2")).toMatch(DAY);
  const third = first.ask("admit c r1");
  expect(await first.ask("health")).toMatchObject([{ underWay: 2, waiting: 1, limits: { concurrency: 2 } }]);
  await second.ask("settle b");
  expect(await third).toMatch(DAY);
  expect(await first.ask("health")).toMatchObject([{ underWay: 2, waiting: 0, answered: 1, tokens: 3 }]);
});

it("takes back what a killed client had under way, and counts it as spent", async () => {
  await using folder = await temporaryFolder();
  const leader = startGate(folder.path);
  expect(await leader.ask("role")).toBe("leads");
  const client = startGate(folder.path);
  await leader.ask("adjust 1");
  expect(await client.ask("admit a r1")).toMatch(DAY);
  const waiting = leader.ask("admit b r2");
  await client.kill();
  expect(await waiting).toMatch(DAY);
  expect(await leader.ask("health")).toMatchObject([{ underWay: 1, failed: 1, today: { tokens: 10 } }]);
});

it("elects another leader when the first is killed, who knows what is under way, what waits, the limits and the day", async () => {
  await using folder = await temporaryFolder();
  const leader = startGate(folder.path);
  expect(await leader.ask("role")).toBe("leads");
  const clients = [startGate(folder.path), startGate(folder.path), startGate(folder.path)] as const;
  for (const client of clients) expect(await client.ask("role")).toBe("follows");
  await leader.ask("adjust 3");
  expect(await leader.ask("admit lost r0")).toMatch(DAY);
  expect(await clients[0].ask("admit a r1")).toMatch(DAY);
  expect(await clients[1].ask("admit b r2")).toMatch(DAY);
  const waiting = clients[2].ask("admit c r3");
  expect(await clients[2].ask("health")).toMatchObject([{ underWay: 3, waiting: 1 }]);
  await leader.kill();
  // The room of the killed leader's call.
  expect(await waiting).toMatch(DAY);
  const roles = await Promise.all(clients.map((client) => client.ask("role")));
  expect(roles.sort()).toEqual(["follows", "follows", "leads"]);
  expect(await clients[0].ask("health")).toMatchObject([
    { underWay: 3, waiting: 0, limits: { concurrency: 3 }, today: { tokens: 10 } },
  ]);
  for (const [index, id] of ["a", "b", "c"].entries()) await clients[index]?.ask(`settle ${id}`);
  expect(await clients[1].ask("health")).toMatchObject([{ underWay: 0, answered: 3, today: { tokens: 19 } }]);
});

it("holds the machine to a day's budget over processes and restarts", async () => {
  await using folder = await temporaryFolder();
  const first = startGate(folder.path, 25);
  for (const id of ["a", "b"]) expect(await first.ask(`admit ${id} r1`)).toMatch(DAY);
  await first.ask("settle a");
  await first.kill();
  // 3 were spent, and 10 may have been.
  const second = startGate(folder.path, 13);
  expect(await second.ask("admit c r1")).toMatch(/budget of the day is spent: 13 tokens of 13/);
  const third = startGate(folder.path, 14);
  expect(await third.ask("admit d r1")).toMatch(DAY);
  // It may come to 23, or to less: the next one waits and is let go.
  const waiting = third.ask("admit e r1");
  await third.ask("settle d");
  expect(await waiting).toMatch(/16 tokens of 14/);
});

it("works for one process alone where nobody can meet, and says so", async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("open"));
  await chmod(folder.file("open"), 0o777);
  const warnings: string[] = [];
  const log = { info() {}, progress() {}, warn: (message: string) => void warnings.push(message) };
  const places = { meeting: folder.file("open"), spend: folder.file("spend") };
  await using gate = new SharedGate(places, systemTimer, log);
  expect(await gate.role()).toBe("alone");
  expect(warnings).toEqual([expect.stringMatching(/cannot be shared .* this run alone/)]);
  const reserved = { dollars: 0, tokens: 1 };
  expect(await gate.admit({ id: "a", endpoint: "e", run: "r", reserved, caps: {} })).toMatch(DAY);
});

it("leaves nothing behind but the days", async () => {
  await using folder = await temporaryFolder();
  const places = { meeting: folder.file("m"), spend: folder.file("spend") };
  const log = { info() {}, progress() {}, warn() {} };
  await using first = new SharedGate(places, systemTimer, log);
  expect(await first.role()).toBe("leads");
  const second = new SharedGate(places, systemTimer, log);
  expect(await second.role()).toBe("follows");
  await first[Symbol.asyncDispose]();
  await expect.poll(() => second.role(), { timeout: 10_000 }).toBe("leads");
  await second[Symbol.asyncDispose]();
  expect(await readdir(places.meeting)).toEqual([]);
});
