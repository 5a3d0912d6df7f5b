import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { processTree, pssOf, type TreeProcess } from "./tree.ts";
import type { Side } from "./sides.ts";
import { HOLD, type Work } from "./work.ts";

const LONGEST_MS = 900_000;

/** Memory of a side while all its attempts wait in the same command. */
export interface Held {
  /** MiB of all its processes, each page shared by n processes counted as an n-th (PSS). */
  readonly memory: number;
  /** The same, by the name of the program. */
  readonly programs: Readonly<Record<string, number>>;
  readonly processes: number;
  /** From the start of the command until the last attempt had come to the held command. */
  readonly seconds: number;
}

/** Starts attempts, all at once, waits until every one is held, measures, and lets them go on to their end. */
export async function measureHeld(side: Side, work: Work, attempts: number, place: string): Promise<Held> {
  const folder = await mkdtemp(path.join(place, `${side.name}-${attempts}-`));
  const [program = "", ...args] = side.command(work, attempts, attempts, folder);
  const began = performance.now();
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: folder },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString("utf8")).slice(-4000)));
  const closed = once(child, "close");
  try {
    const root = child.pid ?? 0;
    await untilHeld(root, attempts, began, () => child.exitCode ?? child.signalCode);
    const seconds = (performance.now() - began) / 1000;
    const tree = processTree(root);
    const held = { ...summarize(tree), seconds };
    for (const { pid } of tree.filter(isHeld)) process.kill(pid, "SIGTERM");
    await closed;
    const finished = side.finished(stdout);
    if (finished !== attempts)
      throw new Error(`${side.name}: ${finished} of ${attempts} finished: ${stderr}`);
    return held;
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${side.name}, ${attempts} attempts: ${stderr}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The program itself and not the shell around it. */
const isHeld = ({ commandLine }: TreeProcess) => commandLine === HOLD;

async function untilHeld(root: number, attempts: number, began: number, end: () => unknown): Promise<void> {
  while (processTree(root).filter(isHeld).length < attempts) {
    if (end() !== null) throw new Error("it ended before all its attempts were held");
    if (performance.now() - began > LONGEST_MS) throw new Error("its attempts were not all held in time");
    await delay(200);
  }
}

function summarize(tree: readonly TreeProcess[]): Omit<Held, "seconds"> {
  const programs: Record<string, number> = {};
  let memory = 0;
  for (const { pid, program } of tree) {
    const size = pssOf(pid);
    memory += size;
    programs[program] = (programs[program] ?? 0) + size;
  }
  return { memory, programs, processes: tree.length };
}
