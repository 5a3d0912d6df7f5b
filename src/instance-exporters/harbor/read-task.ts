import type { ExportedInstance, InstanceExportContext } from "../../instance-exporter.ts";
import { questionOf } from "../../task.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import type { HarborOptions } from "./options.ts";
import { taskConfig } from "./task-config.ts";
import type { TaskParts } from "./task-folder.ts";

/**
 * An instance as a task, or why it cannot be one. What the verifier will say of the reference solution is asked here already: an
 * instance whose judge runs code in sandboxes of its own, or whose solution does not solve it, makes no task.
 */
export async function readTask(
  { pair, start: openStart, validation }: ExportedInstance,
  { graderOf, datasetSha256 }: Pick<InstanceExportContext, "graderOf" | "datasetSha256">,
  options: HarborOptions,
): Promise<TaskParts | string> {
  const { instance, secret } = pair;
  if (validation?.valid === false) return "quarantined";
  if (!isReadAsWritten(instance.instruction)) return "instruction-altered-by-reader";
  const grader = graderOf(instance.task);
  const start = await openStart();
  const solution = await applyFileEdits(start, secret.solution);
  const judged = await grader.judge({ ...questionOf(pair), start, changes: solution });
  if (!("outcome" in judged)) return "judged-by-running";
  if (judged.outcome !== "solved") return "solution-unsolved";
  return {
    config: taskConfig(instance, { graderVersion: grader.graderVersion, datasetSha256 }, options),
    baseImage: options.base_image,
    start,
    solution,
    verifier: {
      schema_version: 1,
      id: instance.id,
      task: instance.task,
      grader_version: grader.graderVersion,
      start_tree: instance.start_tree,
      ...questionOf(pair),
    },
  };
}

/**
 * Harbor reads an instruction as text, where every line end becomes a line feed, and takes leading blank lines and canaries (comments
 * that mark benchmarks) away: an agent would read something else than the instance says.
 */
function isReadAsWritten(instruction: string): boolean {
  return !instruction.includes("\r") && !/^(\s*\n|\s*(<!--.*canary|#.*canary))/i.test(instruction);
}
