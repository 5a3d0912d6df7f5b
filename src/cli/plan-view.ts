import type { RunPlan, SolverPlan } from "../runs/outlook/plan-run.ts";
import { printable } from "../trajectories/printable.ts";
import { count, dollars, duration, shortCount } from "./format.ts";

/** What `rollout --dry-run` prints. */
export function renderPlan(plan: RunPlan): string {
  const { instances, quarantined, solvers, wall_seconds: seconds, disk_bytes: bytes } = plan;
  const left = quarantined === 0 ? "" : `, ${count(quarantined)} in quarantine and left out`;
  return [
    `${count(instances)} instances${left}`,
    ...solvers.flatMap((solver) => ["", ...describeSolver(solver)]),
    "",
    `time     ${seconds === null ? UNKNOWN : duration(seconds)}`,
    `disk     ${bytes === null ? UNKNOWN : `${shortCount(bytes)}B`}`,
    "",
    "Nothing was written or started.",
  ].join("\n");
}

const UNKNOWN = 'unknown; "--like RUN" names a run to judge from';

function describeSolver(plan: SolverPlan): string[] {
  const { solver, agent, model, targets, done, owed, to_declare: fresh, tokens, sample } = plan;
  const from = sample === 0 ? "" : `, as ${count(sample)} attempts had them`;
  const price = plan.dollars === null ? "unknown" : dollars(plan.dollars);
  return [
    printable(`${solver}: agent ${agent}${model === null ? "" : ` with ${model}`}`),
    `targets  ${count(targets)}: ${count(done)} done, ${count(owed)} owed, ${count(fresh)} to be declared`,
    `tokens   ${tokens === null ? "unknown" : `${shortCount(tokens.input)} in, ${shortCount(tokens.output)} out${from}`}`,
    `cost     ${price}`,
  ];
}
