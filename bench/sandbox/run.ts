/**
 * What a sandbox of the level `namespaces` costs: against `git clone --shared` with checkout on the same kind of file
 * system, and against starting a container, side by side within each run, so that a busy machine is busy for both.
 *
 * Usage: node bench/sandbox/run.ts [REPOSITORY]; without a repository, one of 2,500 files made for the purpose.
 * `HYBRID_GYM_BENCH_REPOSITORY` names one too.
 */
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readLeases } from "../../src/sandboxes/namespaces/leases.ts";
import { namespaceSandboxes } from "../../src/sandboxes/namespaces/namespaces.ts";
import { opaqueLabel } from "../../src/sandboxes/shared/sandbox.ts";
import { sandboxUser } from "../../src/sandboxes/namespaces/machine.ts";
import type { Sandbox, SandboxProvider } from "../../src/sandbox.ts";
import { openBase } from "../../src/workspaces/base.ts";
import { type Figure, median, spread } from "../figure.ts";
import { type Instances, openInstances } from "./instances.ts";
import { fileMemory, groupMemory, isOf, processMemory, processorSeconds } from "./memory.ts";
import { clone, type Containers, findContainers, timed } from "./peer.ts";
import { copyRepository, makeRepository } from "./repository.ts";

const RUNS = 15;
const IDLE = 20;
const MANY = 200;
const RESET_LIMIT_MS = 50;
const IDLE_LIMIT_MIB = 3;

/** Everything of one run on one kind of file system. */
interface Place {
  readonly name: string;
  readonly folder: string;
  readonly gitDirectory: string;
  readonly instances: Instances;
  readonly provider: SandboxProvider;
  /** Milliseconds that the base took. */
  readonly baseMs: number;
}

export async function bench(
  source: string | undefined = process.env["HYBRID_GYM_BENCH_REPOSITORY"],
  runs: number = RUNS,
): Promise<Figure[]> {
  const containers = await findContainers();
  if ("missing" in containers) console.error(`no container to compare with: ${containers.missing}`);
  const figures: Figure[] = [];
  for (const [name, parent] of places()) {
    const folder = mkdtempSync(path.join(parent, "bench-sandbox-"));
    try {
      await using place = await openPlace(name, folder, source);
      figures.push(...(await measureLife(place, runs, containers)));
      if (figures.some((figure) => figure.name.startsWith("idle"))) continue;
      figures.push(...(await measureInRow(place)));
      figures.push(...(await measureIdle(place)));
      figures.push(...(await measureMany(place)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return figures;
}

/** On most machines the folder of temporary files is on a disk; where it is not, this one is. */
function places(): [name: string, folder: string][] {
  const disk = process.env["HYBRID_GYM_BENCH_DISK"] ?? os.tmpdir();
  return existsSync("/dev/shm")
    ? [
        ["tmpfs", "/dev/shm"],
        ["disk", disk],
      ]
    : [["disk", disk]];
}

async function openPlace(
  name: string,
  folder: string,
  source: string | undefined,
): Promise<Place & AsyncDisposable> {
  const target = path.join(folder, "repository.git");
  const repository = source === undefined ? makeRepository(target) : copyRepository(source, target);
  const instances = await openInstances(repository, folder);
  const bases = path.join(folder, "bases");
  const provider = namespaceSandboxes({ folder: path.join(folder, "leases"), bases });
  const probe = await provider.probe();
  if (!probe.available) throw new Error(`${probe.reason}. ${probe.fix}`);
  const user = sandboxUser();
  if (user === undefined) throw new Error("no user for sandboxes");
  console.error(`${name}: ${instances.tree.entries.length} files; ${probe.detail}; load ${os.loadavg()[0]}`);
  const start = performance.now();
  await openBase(bases, instances.tree, user);
  const baseMs = performance.now() - start;
  return {
    name,
    folder,
    gitDirectory: repository.gitDirectory,
    instances,
    provider,
    baseMs,
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await instances[Symbol.asyncDispose]();
    },
  };
}

const STEPS = [
  "reset",
  "first command",
  "status",
  "builtin",
  "program",
  "exec",
  "diff",
  "clone",
  "clone status",
  "clone diff",
  "container",
] as const;
type Step = (typeof STEPS)[number];
type Times = Record<Step, number[]>;

/** One sandbox after the other, from start to diff, each beside a clone. */
async function measureLife(place: Place, runs: number, containers: Containers): Promise<Figure[]> {
  const times = Object.fromEntries(STEPS.map((step) => [step, [] as number[]])) as Times;
  // The first of each is not counted: programs are read from the disk then.
  for (let run = -1; run < runs; run++) {
    const measured = { ...(await liveOnce(place, run + 1)), ...(await cloneOnce(place, run + 1)) };
    const container = "missing" in containers ? {} : { container: await containers.start() };
    if (run < 0) continue;
    for (const [step, value] of Object.entries({ ...measured, ...container }))
      times[step as Step].push(value);
  }
  const figure = (name: string, ours: Step, peer?: Step, limit?: number) =>
    compare(`${name}, ${place.name}`, times[ours], peer === undefined ? [] : times[peer], limit);
  const reset = median(times.reset);
  const spreads = [1, 10, 1000].map((count): Figure => {
    const ours = place.baseMs / count + reset;
    const peer = median(times.clone);
    const name = `reset with its share of the base, ${count} instances, ${place.name}`;
    return { name, ours, peer, ratio: peer / ours, unit: "ms", runs: 1, spread: 0 };
  });
  return [
    figure("reset against clone --shared", "reset", "clone", RESET_LIMIT_MS),
    figure("reset to the first answer against podman run", "first command", "container"),
    compare(`first base, ${place.name}`, [place.baseMs], []),
    ...spreads,
    figure("first git status against one in the clone", "status", "clone status"),
    figure("round trip, shell builtin", "builtin"),
    figure("round trip, shell program", "program"),
    figure("round trip, exec", "exec"),
    figure("diff out and stop against git add, diff, rm in the clone", "diff", "clone diff"),
  ];
}

const ROUNDS = 5;
const IN_ROW = 20;

/**
 * Resets without a pause, each stopped at once, so that nothing happens aside: making the holder of the next one ready is
 * in these figures, and it is what a reset costs in all. A clone is removed, as a sandbox is stopped.
 */
async function measureInRow(place: Place): Promise<Figure[]> {
  const ours: Cost[] = [];
  const peer: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = 50_000 + round * IN_ROW;
    ours.push(
      await costOf(from, async (number) => {
        const workspace = await place.instances.make(number);
        await (await place.provider.start({ id: `row-${place.name}-${number}`, workspace })).stop();
      }),
    );
    peer.push(
      await costOf(from, async (number) => {
        const target = path.join(place.folder, `clone-${number}`);
        await clone(place.gitDirectory, target);
        await timed("rm", ["-rf", target]);
      }),
    );
  }
  const figure = (name: string, kind: keyof Cost) =>
    compare(
      `${name}, ${place.name}`,
      ours.map((cost) => cost[kind]),
      peer.map((cost) => cost[kind]),
    );
  return [
    figure("reset and stop without a pause against clone and rm, each", "wall"),
    figure("reset and stop without a pause against clone and rm, processor time of each", "processor"),
  ];
}

/** Milliseconds of one of several. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
}

async function costOf(from: number, once: (number: number) => Promise<void>): Promise<Cost> {
  const watch = stopwatch();
  const before = processorSeconds();
  for (let number = from; number < from + IN_ROW; number++) await once(number);
  return { wall: watch() / IN_ROW, processor: ((processorSeconds() - before) * 1000) / IN_ROW };
}

async function liveOnce(place: Place, number: number): Promise<Partial<Record<Step, number>>> {
  const watch = stopwatch();
  const workspace = await place.instances.make(number);
  await using sandbox = await place.provider.start({ id: `${place.name}-${number}`, workspace });
  const reset = watch();
  const shell = await sandbox.openShell();
  await shell.run(":");
  const first = watch();
  await run(shell, "git status --porcelain", "");
  const status = watch();
  await run(shell, ":", "");
  const builtin = watch();
  await run(shell, "/bin/true", "");
  const program = watch();
  await sandbox.exec(["true"]);
  const exec = watch();
  await run(shell, EDIT, "");
  watch();
  const changes = Buffer.from(await sandbox.changes()).toString("latin1");
  await sandbox.stop();
  const diff = watch();
  if (changes.match(/^diff --git /gm)?.length !== 2) throw new Error(`not the two changes: ${changes}`);
  return { reset, "first command": reset + first, status, builtin, program, exec, diff };
}

const EDIT = "echo more >> \"$(git ls-files '*.py' | tail -n 1)\"; echo new > new.txt";

/** Runs a command that must say just this. */
async function run(shell: Awaited<ReturnType<Sandbox["openShell"]>>, command: string, expected: string) {
  const { output, exitCode } = await shell.run(command);
  const text = Buffer.from(output).toString("utf8");
  if (exitCode !== 0 || text !== expected) throw new Error(`${command}: exit code ${exitCode}, ${text}`);
}

async function cloneOnce(place: Place, number: number): Promise<Partial<Record<Step, number>>> {
  const target = path.join(place.folder, `clone-${number}`);
  const cloned = await clone(place.gitDirectory, target);
  const status = await timed("git", ["-C", target, "status", "--porcelain"]);
  await timed("bash", ["-c", `cd "$1" && ${EDIT}`, "bash", target]);
  const script = 'git -C "$1" add -A && git -C "$1" diff --cached --binary > /dev/null && rm -rf "$1"';
  const diff = await timed("bash", ["-c", script, "bash", target]);
  return { clone: cloned, "clone status": status, "clone diff": diff };
}

/** What sandboxes cost in which nothing happens; one after the other has been waited for, so nothing is still starting. */
async function measureIdle(place: Place): Promise<Figure[]> {
  const ids = Array.from({ length: IDLE }, (_, index) => `idle-${index}`);
  const sandboxes = await startAll(place, ids);
  try {
    const { spare, leases } = await untilSpare(place, ids);
    const files = leases.map((lease) => fileMemory(lease.holder?.pid ?? 0));
    const groups = leases.map((lease) => groupMemory(lease.groups)).filter((value) => value !== undefined);
    const spareHolder = spare.holder?.pid ?? 0;
    const spareGroup = groupMemory(spare.groups);
    const spareProcesses = processMemory((pid) => isOf(spareHolder, pid));
    const ofSandboxes = () => processMemory((pid) => !isOf(spareHolder, pid)) / IDLE;
    const processes = ofSandboxes();
    const both = files.map((value) => value + processes);
    for (const sandbox of sandboxes) {
      const shell = await sandbox.openShell();
      await shell.run(":");
    }
    const withShell = ofSandboxes();
    const figure = (name: string, values: readonly number[], limit?: number) => ({
      ...compare(`idle sandbox: ${name}`, values, [], limit),
      unit: "MiB",
    });
    return [
      figure("processes (PSS)", [processes]),
      figure("memory file system", files),
      figure("processes and files", both, IDLE_LIMIT_MIB),
      ...(groups.length === 0 ? [] : [figure("control group, kernel memory included", groups)]),
      figure("processes (PSS) with a shell open", [withShell]),
      figure("holder kept ready, processes (PSS)", [spareProcesses]),
      figure("holder kept ready, memory file system", [fileMemory(spareHolder)]),
      ...(spareGroup === undefined ? [] : [figure("holder kept ready, control group", [spareGroup])]),
    ];
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
  }
}

/** The leases of sandboxes and of the one holder that waits for the next, when it has come to wait. */
async function untilSpare(place: Place, ids: readonly string[]) {
  const labels = new Set(ids.map(opaqueLabel));
  for (;;) {
    const leases = readLeases(path.join(place.folder, "leases"));
    const spare = leases.find(({ label }) => !labels.has(label));
    await delay(500);
    if (spare !== undefined) return { spare, leases: leases.filter((lease) => lease !== spare) };
  }
}

async function startAll(place: Place, ids: readonly string[]): Promise<Sandbox[]> {
  const sandboxes: Sandbox[] = [];
  for (const [index, id] of ids.entries()) {
    const workspace = await place.instances.make(10_000 + index);
    sandboxes.push(await place.provider.start({ id, workspace }));
  }
  return sandboxes;
}

/** Two hundred at once, each of which looks through all files. */
async function measureMany(place: Place): Promise<Figure[]> {
  const workspaces = [];
  for (let index = 0; index < MANY; index++) workspaces.push(await place.instances.make(20_000 + index));
  const watch = stopwatch();
  const started = await Promise.allSettled(
    workspaces.map((workspace, index) => place.provider.start({ id: `many-${index}`, workspace })),
  );
  const start = watch();
  const sandboxes = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const searched = await Promise.allSettled(
    sandboxes.map((sandbox) => sandbox.exec(["grep", "-rn", "import", "."])),
  );
  const search = watch();
  const stopped = await Promise.allSettled(sandboxes.map((sandbox) => sandbox.stop()));
  const stop = watch();
  const answers = searched.filter((result) => result.status === "fulfilled" && result.value.exitCode === 0);
  const ends = stopped.filter((result) => result.status === "fulfilled");
  const failures = MANY - Math.min(answers.length, ends.length);
  for (const result of [...started, ...searched, ...stopped])
    if (result.status === "rejected") console.error(result.reason);
  const name = `${MANY} sandboxes at once`;
  return [
    compare(`${name}: start all`, [start], []),
    compare(`${name}: grep -rn in each`, [search], []),
    compare(`${name}: stop all`, [stop], []),
    { ...compare(`${name}: failures`, [failures], [], 0), unit: "sandboxes", spread: 0 },
  ];
}

function compare(name: string, ours: readonly number[], peer: readonly number[], limit?: number): Figure {
  const hasPeer = peer.length > 0;
  return {
    name,
    ours: median(ours),
    peer: hasPeer ? median(peer) : null,
    ratio: hasPeer ? median(peer) / median(ours) : null,
    unit: "ms",
    runs: ours.length,
    spread: Math.max(spread(ours), hasPeer ? spread(peer) : 0),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** Milliseconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
}

if (import.meta.main) {
  for (const figure of await bench(process.argv[2])) console.log(JSON.stringify(figure));
}
