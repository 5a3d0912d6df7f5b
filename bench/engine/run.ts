/**
 * What the engine costs beside the model and the tools, against mini-swe-agent (PyPI) in threads and in processes: the same commands out of
 * recorded answers, each in a shell of its own (of ours a subshell), at the levels `process` and `namespaces`.
 *
 * 1. A step and an attempt, one attempt at a time: what more steps and more attempts add to the time of the whole command, so that neither
 *    side's start is in it. An attempt of ours is a workspace made anew, the record on the disk and a verdict; the peer has an empty folder.
 * 2. The memory of an attempt (PSS of all processes) while 1, 50 and 200 wait in the same command.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { prepareEnvironment } from "../../tests/peers/environment.ts";
import { type Figure, median, spread } from "../figure.ts";
import { measure } from "../usage.ts";
import { measureHeld, type Held } from "./held.ts";
import { ours, peer, type Side } from "./sides.ts";
import { makeDataset, writeHeld, writeSteps } from "./work.ts";

const RUNS = 3;
const FEW_STEPS = 10;
const MANY_STEPS = 210;
const FEW_ATTEMPTS = 1;
const MANY_ATTEMPTS = 11;
/** At once, while memory is measured. */
const AT_ONCE = [1, 50, 200];
const STEPS_BEFORE_HOLD = 5;

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-engine-"));
  try {
    const requirements = path.join(
      import.meta.dirname,
      "../../src/agents/external/data/mini-swe-agent/requirements.txt",
    );
    const python = await prepareEnvironment("bench-engine", { requirements });
    const sides: Sides = {
      ours: [ours("process"), ours("namespaces")],
      peers: [peer("threads", python), peer("processes", python)],
    };
    const dataset = await makeDataset(folder);
    return [
      ...(await measureTime(sides, folder, dataset, runs)),
      ...(await measureMemory(sides, folder, dataset)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Sides {
  readonly ours: readonly Side[];
  readonly peers: readonly Side[];
}

/** Of each side, one value a run. */
type Series = Map<Side, number[]>;

const KINDS = ["wall", "processor"] as const;

async function measureTime(sides: Sides, folder: string, dataset: string, runs: number): Promise<Figure[]> {
  const few = await writeSteps(path.join(folder, "few"), dataset, FEW_STEPS);
  const many = await writeSteps(path.join(folder, "many"), dataset, MANY_STEPS);
  const series = () => ({ wall: new Map() as Series, processor: new Map() as Series });
  const [step, attempt] = [series(), series()];
  for (let run = -1; run < runs; run++) {
    for (const side of [...sides.ours, ...sides.peers]) {
      const once = await timeOf(side, folder, few, FEW_ATTEMPTS);
      const steps = await timeOf(side, folder, many, FEW_ATTEMPTS);
      const attempts = await timeOf(side, folder, few, MANY_ATTEMPTS);
      // The first is not counted: programs are read from the disk then.
      if (run < 0) continue;
      for (const kind of KINDS) {
        add(step[kind], side, (steps[kind] - once[kind]) / (MANY_STEPS - FEW_STEPS));
        add(attempt[kind], side, (attempts[kind] - once[kind]) / (MANY_ATTEMPTS - FEW_ATTEMPTS));
      }
    }
  }
  return [
    ...compare(sides, step.wall, `a step, of ${MANY_STEPS - FEW_STEPS}`, "ms"),
    ...compare(sides, step.processor, `processor time of a step, of ${MANY_STEPS - FEW_STEPS}`, "ms"),
    ...compare(
      sides,
      attempt.wall,
      `an attempt of ${FEW_STEPS} steps, of ${MANY_ATTEMPTS - FEW_ATTEMPTS}`,
      "ms",
    ),
    ...compare(
      sides,
      attempt.processor,
      `processor time of an attempt of ${FEW_STEPS} steps, of ${MANY_ATTEMPTS - FEW_ATTEMPTS}`,
      "ms",
    ),
  ];
}

/** Milliseconds of a whole command, its attempts one after the other. */
async function timeOf(side: Side, place: string, work: Parameters<Side["command"]>[0], attempts: number) {
  const folder = await mkdtemp(path.join(place, `${side.name}-`));
  const { stdout, seconds, processorSeconds } = await measure(side.command(work, attempts, 1, folder));
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  const finished = side.finished(stdout);
  if (finished !== attempts) throw new Error(`${side.name}: ${finished} of ${attempts} finished`);
  return { wall: seconds * 1000, processor: processorSeconds * 1000 };
}

/** The first of `AT_ONCE` is a whole command; the others are what each further attempt added to it. */
async function measureMemory(sides: Sides, folder: string, dataset: string): Promise<Figure[]> {
  const work = await writeHeld(path.join(folder, "held"), dataset, STEPS_BEFORE_HOLD);
  const figures: Figure[] = [];
  const first = new Map<Side, Held>();
  for (const attempts of AT_ONCE) {
    const memory: Series = new Map();
    const started: Series = new Map();
    for (const side of [...sides.ours, ...sides.peers]) {
      const held = await measureHeld(side, work, attempts, folder);
      const alone = first.get(side);
      if (alone === undefined) first.set(side, held);
      console.error(`${side.name}, ${attempts} at once: ${JSON.stringify(held)}`);
      add(memory, side, alone === undefined ? held.memory : (held.memory - alone.memory) / (attempts - 1));
      add(started, side, held.seconds);
    }
    const what =
      attempts === 1 ? "memory with 1 attempt" : `memory of each further attempt, ${attempts} at once`;
    figures.push(...compare(sides, memory, what, "MiB"));
    figures.push(...compare(sides, started, `until ${attempts} were held`, "s"));
  }
  return figures;
}

function add(series: Series, side: Side, value: number): void {
  series.set(side, [...(series.get(side) ?? []), value]);
}

/** Each of ours against each of the peer's. */
function compare(sides: Sides, series: Series, name: string, unit: string): Figure[] {
  return sides.ours.flatMap((mine) =>
    sides.peers.map((other) => {
      const [values, against] = [series.get(mine) ?? [], series.get(other) ?? []];
      return {
        name: `${name}: ${mine.name} against ${other.name}`,
        ours: median(values),
        peer: median(against),
        ratio: median(against) / median(values),
        unit,
        runs: values.length,
        spread: Math.max(spread(values), spread(against)),
      };
    }),
  );
}
