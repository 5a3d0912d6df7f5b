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
import { namespaceSandboxes } from "../../src/sandboxes/namespaces/namespaces.ts";
import { sandboxUser } from "../../src/sandboxes/namespaces/machine.ts";
import type { Sandbox, SandboxProvider } from "../../src/sandbox.ts";
import { openBase } from "../../src/workspaces/base.ts";
import { type Figure, median, spread } from "../figure.ts";
import { type Instances, openInstances } from "./instances.ts";
import { fileMemory, groupMemory, processMemory } from "./memory.ts";
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
    [Symbol.asyncDispose]: () => instances[Symbol.asyncDispose](),
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
    const files = ids.map((id) => fileMemory(path.join(place.folder, "leases"), id));
    const groups = ids.map((id) => groupMemory(id)).filter((value) => value !== undefined);
    const processes = processMemory() / IDLE;
    const both = files.map((value) => value + processes);
    for (const sandbox of sandboxes) {
      const shell = await sandbox.openShell();
      await shell.run(":");
    }
    const withShell = processMemory() / IDLE;
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
    ];
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
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
