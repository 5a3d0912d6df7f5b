/**
 * Training data: how fast rows are imported, described, chosen and exported, against two published scripts on the same rows; and what memory
 * that takes at 1,000 and at 100,000 rows. A rate is what `MORE` rows add to a command, so that no side's start and imports are in it.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Figure, median, spread } from "../figure.ts";
import { measure, type Usage } from "../usage.ts";
import { commandsIn, FORMATS } from "./commands.ts";
import { memoryFigures } from "./memory.ts";
import { agentDataProtocol, type Peer, sweSmith } from "./peers.ts";
import { writeRows, writeTrajs } from "./rows.ts";

const FEW = 500;
const MANY = 8_000;
const MORE = MANY - FEW;
const RUNS = 3;

/** The same work on few rows and on many. */
interface Work {
  readonly few: () => Promise<Usage>;
  readonly many: () => Promise<Usage>;
}

/** What `MORE` rows added. */
interface Added {
  readonly seconds: number;
  readonly processorSeconds: number;
}

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-data-"));
  try {
    return [...(await rateFigures(folder, runs)), ...(await memoryFigures(folder))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rateFigures(folder: string, runs: number): Promise<Figure[]> {
  const [few, many] = [path.join(folder, "few"), path.join(folder, "many")];
  const [rows, trajs] = [await prepare(few, FEW), await prepare(many, MANY)].reduce((less, more) => [
    more[0] - less[0],
    more[1] - less[1],
  ]);
  const [ofFew, ofMany] = [commandsIn(few), commandsIn(many)];
  const workOf = (name: "importRows" | "importTrajs" | "facts" | "select"): Work => ({
    few: ofFew[name],
    many: ofMany[name],
  });
  const exportOf = (format: string): Work => ({ few: ofFew.exportAs(format), many: ofMany.exportAs(format) });
  const peerOf = (peer: Peer | undefined, input: string): Work | undefined => {
    const at = (place: string) => () =>
      measure(peer?.command(path.join(place, input), path.join(place, "peer")) ?? []);
    return peer === undefined ? undefined : { few: at(few), many: at(many) };
  };
  const series = new Map<string, Added[]>();
  const works = new Map<string, Work | undefined>([
    ["import", workOf("importRows")],
    ["facts", workOf("facts")],
    ["select", workOf("select")],
    ...FORMATS.map((format) => [`export ${format}`, exportOf(format)] as const),
    ["two scripts", peerOf(agentDataProtocol(), "rows.jsonl")],
    ["import of .traj", workOf("importTrajs")],
    ["one script", peerOf(sweSmith(), "list.json")],
  ]);
  for (let run = 0; run < runs; run++)
    for (const [name, work] of works) {
      if (work === undefined) continue;
      const added = await addedBy(work);
      console.error(`${name}: ${JSON.stringify(added)}`);
      series.set(name, [...(series.get(name) ?? []), added]);
    }
  const of = (name: string) => series.get(name) ?? [];
  const both = of("import").map((added, run) => sum(added, of("export sharegpt")[run]));
  return [
    ...["import", "facts", "select", ...FORMATS.map((format) => `export ${format}`)].flatMap((name) =>
      figuresOf(name, of(name), [], rows),
    ),
    ...figuresOf("import and export sharegpt, against two scripts", both, of("two scripts"), rows),
    ...figuresOf("import of .traj, against one script", of("import of .traj"), of("one script"), trajs),
  ];
}

/** @returns the bytes of the rows and of the `.traj` files. */
async function prepare(folder: string, count: number): Promise<readonly [number, number]> {
  await mkdir(folder);
  const rows = await writeRows(path.join(folder, "rows.jsonl"), count);
  return [rows, writeTrajs(path.join(folder, "trajs"), path.join(folder, "list.json"), count)];
}

async function addedBy({ few, many }: Work): Promise<Added> {
  const [less, more] = [await few(), await many()];
  return {
    seconds: more.seconds - less.seconds,
    processorSeconds: more.processorSeconds - less.processorSeconds,
  };
}

function sum(one: Added, other: Added | undefined): Added {
  return {
    seconds: one.seconds + (other?.seconds ?? 0),
    processorSeconds: one.processorSeconds + (other?.processorSeconds ?? 0),
  };
}

function figuresOf(
  name: string,
  ours: readonly Added[],
  peers: readonly Added[],
  bytes: number,
): readonly Figure[] {
  const figure = (unit: string, of: (added: Added) => number, better: "more" | "less"): Figure => {
    const [mine, theirs] = [ours.map(of), peers.map(of)];
    const peer = theirs.length === 0 ? null : median(theirs);
    const times = peer === null ? null : better === "more" ? median(mine) / peer : peer / median(mine);
    const widest = Math.max(spread(mine), theirs.length === 0 ? 0 : spread(theirs));
    return { name, ours: median(mine), peer, ratio: times, unit, runs: ours.length, spread: widest };
  };
  return [
    figure("rows/s", ({ seconds }) => MORE / seconds, "more"),
    figure("MB/s read", ({ seconds }) => bytes / 1e6 / seconds, "more"),
    figure("ms of processor time a row", (added) => (added.processorSeconds * 1000) / MORE, "less"),
  ];
}

if (import.meta.main) for (const figure of await bench()) console.log(JSON.stringify(figure));
