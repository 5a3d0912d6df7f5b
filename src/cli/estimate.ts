import { Command } from "commander";
import { defined } from "../base/defined.ts";
import type { Price } from "../governor.ts";
import type { Estimate, SolverEstimate } from "../runs/outlook/estimate.ts";
import { printable } from "../trajectories/printable.ts";
import { count, dollars, duration, interval, shortCount } from "./format.ts";
import { price } from "./governor-options.ts";
import { nonNegativeNumber, positiveInteger } from "./options.ts";
import { runAction } from "./ui.ts";

interface Flags {
  instances?: number;
  attempts?: number;
  concurrency?: number;
  price?: ReadonlyMap<string, Price>;
  gpuRate?: number;
  gpus: number;
  json?: true;
}

export function estimateCommand(): Command {
  return new Command("estimate")
    .description("what a whole run would take and give, from what it has done so far")
    .argument("<run>", "a run folder with at least three attempts that ended")
    .option("--instances <n>", "of the whole run; as many as it has when left out", positiveInteger)
    .option("--attempts <n>", "at each instance; as the run's when left out", positiveInteger)
    .option("--concurrency <n>", "attempts at a time; 2 when left out", positiveInteger)
    .option("--price <model=in,out[,cached]>", "US dollars for a million tokens; again for each model", price)
    .option("--gpu-rate <dollars>", "US dollars of a GPU for an hour", nonNegativeNumber)
    .option("--gpus <n>", "that serve the model the whole time", positiveInteger, 1)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym rollout data --run run1 --limit 10 --agent loop --model m --base-url http://localhost:8000/v1\n  $ hybrid-gym estimate run1 --instances 1500 --concurrency 16 --gpu-rate 2.5 --gpus 2",
    )
    .action((run: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { estimate } = await import("../commands/estimate.ts");
        const { instances, attempts, concurrency, price: prices, gpuRate, gpus: count } = flags;
        const result = await estimate({
          run,
          ...defined({ instances, attempts, concurrency, prices }),
          ...(gpuRate === undefined ? {} : { gpus: { count, dollarsPerHour: gpuRate } }),
        });
        if (ui.json) ui.row(result);
        else ui.print(render(result));
      }),
    );
}

function render(estimate: Estimate): string {
  const { instances, attempts, solvers, gpu, concurrency } = estimate;
  const each = attempts === 1 ? "one attempt at each" : `up to ${attempts} attempts at each`;
  const lines = [
    `${count(instances)} instances, ${each}`,
    ...solvers.flatMap((solver) => ["", ...describeSolver(solver, attempts)]),
    "",
    `time      ${duration(estimate.wall_seconds)} with ${concurrency} at a time`,
  ];
  if (solvers.length > 1) lines.push(`cost      ${costOf(estimate.dollars)}`);
  if (gpu !== null) lines.push(`GPUs      ${gpu.hours.toFixed(1)} hours, ${dollars(gpu.dollars)}`);
  return lines.join("\n");
}

function describeSolver(solver: SolverEstimate, attempts: number): string[] {
  const { sample, tokens, solved_instances: solved } = solver;
  const cached = tokens.cached === 0 ? "" : ` (${shortCount(tokens.cached)} cached)`;
  const within =
    solved === null || solved.from_attempts >= attempts
      ? ""
      : `; at least, since the run says nothing of more than ${solved.from_attempts} attempts`;
  const rows =
    solved === null
      ? "unknown: nothing has a verdict yet"
      : `${count(solved.value)} instances solved, 95 % interval ${interval(solved.interval, count)}${within}`;
  return [
    `${printable(solver.solver)}, from ${sample.attempts} attempts at ${sample.instances} instances`,
    `attempts  ${count(solver.targets)}`,
    `rows      ${rows}`,
    `tokens    ${shortCount(tokens.input)} in${cached}, ${shortCount(tokens.output)} out`,
    `cost      ${costOf(solver.dollars)}`,
  ];
}

function costOf(cost: Estimate["dollars"]): string {
  if (cost === null) return "unknown: no price; see --price";
  return `${dollars(cost.value)} (${interval(cost.interval, dollars)})`;
}
