/**
 * The main job as a program: tasks out of a repository, an agent at work, verdicts.
 *
 *   node examples/main-job.ts path/to/repo path/to/output
 */
import path from "node:path";
import { build, grade, rollout } from "hybrid-gym";

const [repository, output] = process.argv.slice(2);
if (repository === undefined || output === undefined) throw new Error("usage: main-job.ts REPOSITORY OUTPUT");
const dataset = path.join(output, "data");
const run = path.join(output, "run");

const manifest = await build({
  repositories: [repository],
  task: "func-localize",
  perRepository: 3,
  out: dataset,
});
console.log(`${manifest.instances} instances of ${manifest.eligible} eligible definitions`);

const counts = await rollout({ dataset, run, agent: "scripted" });
console.log(`${counts.solved} solved, ${counts.unsolved} unsolved of ${counts.targets}`);

for await (const verdict of grade({ subject: run })) {
  console.log(verdict.instance_id, verdict.outcome, verdict.reasons.join(", "));
}
