/**
 * Hybrid-Gym as a library: the same functions that the commands call.
 *
 * @example
 * await build({ repositories: ["path/to/repo"], task: "func-localize", out: "data" });
 * await rollout({ dataset: "data", run: "run1", agent: "scripted" });
 * for await (const verdict of grade({ subject: "run1" })) console.log(verdict.instance_id, verdict.outcome);
 */
export { build } from "./commands/build.ts";
export type { BuildRequest } from "./commands/build.ts";
export { validate } from "./commands/validate.ts";
export type { ValidateRequest } from "./commands/validate.ts";
export { memorised } from "./commands/memorised.ts";
export type { MemorisedRequest, MemorisedResult } from "./commands/memorised.ts";
export { rollout } from "./commands/rollout.ts";
export type { RolloutRequest, RolloutSettings, SolverRequest } from "./commands/rollout-request.ts";
export { grade } from "./commands/grade.ts";
export type { Grade, GradeRequest } from "./commands/grade.ts";
export { regrade } from "./commands/regrade.ts";
export type { Regraded, RegradeRequest, VerdictChange } from "./commands/regrade.ts";
export { exportAttempts } from "./commands/export.ts";
export type { ExportOptions } from "./commands/export.ts";
export { importSamples } from "./commands/import.ts";
export type { Imported, ImportRequest } from "./commands/import.ts";
export { select } from "./commands/select.ts";
export type { SelectRequest } from "./commands/select.ts";
export { openTrainingSet } from "./training-sets/open.ts";
export type { Sample } from "./sample.ts";
export type { TrainingSet, TrainingSetManifest } from "./training-set.ts";
export { exportRows } from "./commands/export-rows.ts";
export type { ExportRowsRequest, RowsManifest } from "./commands/export-rows.ts";
export { record } from "./commands/record.ts";
export type { RecordedSession, RecordRequest } from "./commands/record.ts";
export { openEndpoint } from "./endpoint/server.ts";
export type { Endpoint, EndpointOptions, Session } from "./endpoint/options.ts";
export { report } from "./commands/report.ts";
export type { ReportRequest } from "./commands/report.ts";
export { loopAgent, resumeLoop } from "./agents/loop/loop.ts";
export type { LoopSettings } from "./agents/loop/loop.ts";
export { eventsOf, messagesOf } from "./agents/loop/messages.ts";
export { createGovernor } from "./governors/index.ts";
export type { GovernorOptions } from "./governors/index.ts";
export type { Budgets, EndpointHealth, Governor, Price } from "./governor.ts";
export { createModel } from "./models/create.ts";
export { openDataset } from "./datasets/open.ts";
export { finishedAttempts, openRun } from "./runs/open.ts";
export { readAttempts } from "./runs/attempts.ts";
export { HybridGymError } from "./base/errors.ts";
export type { Agent, AgentContext, AgentEnd, AgentEvent } from "./agent.ts";
export type { Attempt } from "./attempt.ts";
export type { DatasetManifest, Validation } from "./dataset.ts";
export type { Instance, InstancePair, Secret } from "./instance.ts";
export type { Model } from "./model.ts";
export type { ModelConfig, RunConfig, Solver } from "./run.ts";
export type { RunCounts } from "./stores/counts.ts";
export type { TrajectoryEvent } from "./trajectory.ts";
export type { Verdict } from "./verdict.ts";
